import type { Item } from "./attribute-value.ts";
import { ConsumedUnits, writeUnits } from "./capacity.ts";
import { equalValues } from "./compare-values.ts";
import { validationError } from "./errors.ts";
import { assertIndexKeys, type PrimaryKey, projectedOnto } from "./item-keys.ts";
import { itemBytes, maximumItemBytes } from "./item-size.ts";
import type { Catalog, Table } from "./storage/catalog.ts";
import type { StoredRow } from "./storage/item-store.ts";
import { compareParts, storageKey } from "./storage/storage-key.ts";
import type { IndexDefinition, StreamViewType, TableDefinition } from "./storage/table-definition.ts";

/** An item as it stands in the table. */
export interface CurrentItem {
  readonly row: StoredRow;
  readonly item: Item;
}

export interface Change {
  readonly table: Table;
  readonly key: PrimaryKey;
  readonly old: CurrentItem | undefined;
  /** The item afterwards; undefined removes it. */
  readonly next: Item | undefined;
}

export const currentItem = (table: Table, key: PrimaryKey): CurrentItem | undefined => {
  const row = table.items.find(key.pk, key.sk);
  return row === undefined ? undefined : { row, item: JSON.parse(row.item) as Item };
};

/** Throws when the item may not be stored. To be called before the first change of a request. */
export const assertStorable = (table: TableDefinition, next: Item, isUpdate: boolean): void => {
  assertIndexKeys(table, next);
  if (itemBytes(next) > maximumItemBytes)
    throw validationError(
      isUpdate
        ? "Item size to update has exceeded the maximum allowed size"
        : "Item size has exceeded the maximum allowed size",
    );
};

/** Seconds since the epoch at which an item expires; items without a number there never do. */
export const expiryOf = (table: TableDefinition, item: Item): number | null => {
  const value = table.ttlAttribute === undefined ? undefined : item[table.ttlAttribute];
  return value !== undefined && "N" in value ? Math.floor(Number(value.N)) : null;
};

const withImage = (viewType: StreamViewType, image: "NEW" | "OLD"): boolean =>
  viewType === `${image}_IMAGE` || viewType === "NEW_AND_OLD_IMAGES";

/** Applies a change to the item, the indexes and the stream, all within the transaction that is open. */
export class ItemWriter {
  readonly #catalog: Catalog;
  readonly #clock: () => number;

  constructor(catalog: Catalog, clock: () => number) {
    this.#catalog = catalog;
    this.#clock = clock;
  }

  /** Returns what it cost. `expired` marks a removal by time to live in the stream. */
  apply(change: Change, expired = false): ConsumedUnits {
    const { table, key, old, next } = change;
    const units = new ConsumedUnits(table.definition.name);
    const text = next === undefined ? null : JSON.stringify(next);
    const size = next === undefined ? 0 : itemBytes(next);
    units.addTable(writeUnits(Math.max(size, old?.row.size ?? 0)));
    const id = this.#writeRow(change, text, size);
    for (const index of table.definition.indexes) this.#writeIndex(index, change, id, units);
    if (this.#changes(change)) this.#record(table.definition, key, old?.row, text, size, expired);
    return units;
  }

  /** A write that leaves the item as it was leaves no trace in the stream. */
  #changes({ old, next }: Change): boolean {
    if (old === undefined || next === undefined) return old !== undefined || next !== undefined;
    return !equalValues({ M: old.item }, { M: next });
  }

  #writeRow({ table, key, old, next }: Change, text: string | null, size: number): number {
    if (next === undefined || text === null) {
      if (old !== undefined) table.items.remove(old.row.id);
      return old?.row.id ?? 0;
    }
    const expiresAt = expiryOf(table.definition, next);
    if (old === undefined) return table.items.insert(key.pk, key.sk, { item: text, size }, expiresAt);
    table.items.update({ id: old.row.id, item: text, size }, expiresAt);
    return old.row.id;
  }

  #writeIndex(index: IndexDefinition, { table, key, old, next }: Change, id: number, units: ConsumedUnits): void {
    const before = old && storageKey(old.item, index.hash, index.range);
    const after = next && storageKey(next, index.hash, index.range);
    const same = before && after && compareParts(before[0], after[0]) === 0 && compareParts(before[1], after[1]) === 0;
    if (before && !same) {
      table.items.unindexRow(index, before, key.pk, key.sk);
      units.addIndex(index.name, 1);
    }
    if (after && next && !same) {
      table.items.indexRow(index, after, key.pk, key.sk, id);
      units.addIndex(index.name, writeUnits(itemBytes(projectedOnto(index, table.definition, next))));
    }
    if (same && old && next) {
      const [was, is] = [
        projectedOnto(index, table.definition, old.item),
        projectedOnto(index, table.definition, next),
      ];
      if (!equalValues({ M: was }, { M: is })) units.addIndex(index.name, writeUnits(itemBytes(is)));
    }
  }

  #record(
    table: TableDefinition,
    key: PrimaryKey,
    old: StoredRow | undefined,
    text: string | null,
    size: number,
    expired: boolean,
  ): void {
    const stream = this.#catalog.streamOf(table);
    if (stream === undefined) return;
    const { viewType } = stream.definition;
    const keys = JSON.stringify(key.attributes);
    const newImage = withImage(viewType, "NEW") ? text : null;
    const oldImage = withImage(viewType, "OLD") ? (old?.item ?? null) : null;
    stream.records.append({
      createdAt: this.#clock(),
      event: old === undefined ? "INSERT" : text === null ? "REMOVE" : "MODIFY",
      keys,
      newImage,
      oldImage,
      size: itemBytes(key.attributes) + (newImage === null ? 0 : size) + (oldImage === null ? 0 : (old?.size ?? 0)),
      expired: expired ? 1 : 0,
    });
  }
}
