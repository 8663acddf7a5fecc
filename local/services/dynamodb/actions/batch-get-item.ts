import type { Item } from "../attribute-value.ts";
import { ConsumedUnits, capacityDetail, readUnits } from "../capacity.ts";
import type { Action, Engine } from "../engine.ts";
import { validationError } from "../errors.ts";
import type { Path } from "../expressions/syntax.ts";
import { type PrimaryKey, primaryKey } from "../item-keys.ts";
import { Parameters } from "../parameters.ts";
import { fetchItem, projecting, readPaths } from "../read-request.ts";
import type { Table } from "../storage/catalog.ts";

const maximumBatchKeys = 100;
const maximumBatchBytes = 16 * 1024 * 1024;

interface BatchTable {
  readonly table: Table;
  readonly keys: readonly PrimaryKey[];
  readonly paths: readonly Path[] | undefined;
  readonly consistent: boolean;
  /** The request as it came, for the keys that are left. */
  readonly input: Readonly<Record<string, unknown>>;
}

const readBatchTable = (engine: Engine, name: string, input: unknown): BatchTable => {
  const parameters = new Parameters(input, ["Keys", "ConsistentRead", ...projecting], `requestItems.${name}.member.`);
  const inputs = parameters.requiredArray("Keys");
  if (inputs.length === 0)
    throw validationError(`The list of keys in RequestItems for BatchGetItem is required: ${name} has empty list`);
  const paths = readPaths(parameters);
  const table = engine.catalog.table(name);
  const keys = inputs.map((each) =>
    primaryKey(table.definition, new Parameters({ Key: each }, ["Key"]).requiredMap("Key")),
  );
  const unique = new Set(keys.map(({ pk, sk }) => `${pk}\u0000${sk}`));
  if (unique.size !== keys.length) throw validationError("Provided list of item keys contains duplicates");
  return { table, keys, paths, consistent: parameters.boolean("ConsistentRead") ?? false, input: parameters.input };
};

const countKeys = (input: unknown): number => {
  const keys = typeof input === "object" && input !== null && "Keys" in input ? input.Keys : undefined;
  return Array.isArray(keys) ? keys.length : 0;
};

export const batchGetItem: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["RequestItems", "ReturnConsumedCapacity"]);
    const detail = capacityDetail(parameters);
    const requested = Object.entries(parameters.requiredObject("RequestItems"));
    if (requested.length === 0) throw validationError("BatchGetItem must have some requests set");
    if (requested.reduce((sum, [, each]) => sum + countKeys(each), 0) > maximumBatchKeys)
      throw validationError("Too many items requested for the BatchGetItem call");
    const tables = requested.map(([name, each]) => readBatchTable(engine, name, each));
    const responses: Record<string, Item[]> = {};
    const unprocessed: Record<string, unknown> = {};
    const capacity: (object | undefined)[] = [];
    let bytes = 0;
    for (const { table, keys, paths, consistent, input: original } of tables) {
      const { name } = table.definition;
      const units = new ConsumedUnits(name);
      const items: Item[] = [];
      const left: object[] = [];
      for (const key of keys) {
        if (bytes > maximumBatchBytes) {
          left.push(key.attributes);
          continue;
        }
        const { item, size } = fetchItem({ table, key, paths });
        bytes += size;
        units.addTable(readUnits(size, consistent));
        if (item !== undefined) items.push(item);
      }
      responses[name] = items;
      if (left.length > 0) unprocessed[name] = { ...original, Keys: left };
      capacity.push(units.describe(detail));
    }
    return {
      Responses: responses,
      UnprocessedKeys: unprocessed,
      ...(detail === "NONE" ? {} : { ConsumedCapacity: capacity }),
    };
  },
};
