import type { Parameters } from "./parameters.ts";

export type CapacityDetail = "NONE" | "TOTAL" | "INDEXES";

export const capacityDetail = (parameters: Parameters): CapacityDetail =>
  parameters.oneOf("ReturnConsumedCapacity", ["INDEXES", "TOTAL", "NONE"]) ?? "NONE";

/** Capacity units that a request consumed, of one table and of its indexes. */
export class ConsumedUnits {
  readonly #tableName: string;
  #table = 0;
  readonly #indexes = new Map<string, number>();

  constructor(tableName: string) {
    this.#tableName = tableName;
  }

  addTable(units: number): void {
    this.#table += units;
  }

  addIndex(name: string, units: number): void {
    this.#indexes.set(name, (this.#indexes.get(name) ?? 0) + units);
  }

  add(other: ConsumedUnits): void {
    this.#table += other.#table;
    for (const [name, units] of other.#indexes) this.addIndex(name, units);
  }

  /** The `ConsumedCapacity` of an answer. A transaction costs twice as much. */
  describe(detail: CapacityDetail, factor = 1): object | undefined {
    if (detail === "NONE") return undefined;
    const indexes = [...this.#indexes].map(([name, units]) => [name, { CapacityUnits: units * factor }] as const);
    const total = [...this.#indexes.values()].reduce((sum, units) => sum + units, this.#table);
    const answer = { TableName: this.#tableName, CapacityUnits: total * factor };
    if (detail === "TOTAL") return answer;
    return {
      ...answer,
      Table: { CapacityUnits: this.#table * factor },
      ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: Object.fromEntries(indexes) }),
    };
  }
}

const readUnitBytes = 4096;
const writeUnitBytes = 1024;

/** Units to read so many bytes: at least one, half of it when the read is eventually consistent. */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / readUnitBytes)) * (consistent ? 1 : 0.5);

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / writeUnitBytes));
