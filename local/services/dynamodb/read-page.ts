import { createHash } from "node:crypto";
import type { AttributeMap, Item } from "./attribute-value.ts";
import { project } from "./expressions/document-path.ts";
import { meets } from "./expressions/evaluate-condition.ts";
import type { BoundCondition, Path } from "./expressions/syntax.ts";
import { keyOf, projectedOnto } from "./item-keys.ts";
import { itemBytes, maximumPageBytes } from "./item-size.ts";
import type { Table } from "./storage/catalog.ts";
import type { Selection, StoredRow } from "./storage/item-store.ts";
import type { IndexDefinition } from "./storage/table-definition.ts";

export interface PageRequest {
  readonly table: Table;
  readonly selection: Selection;
  readonly filter: BoundCondition | undefined;
  readonly paths: readonly Path[] | undefined;
  /** Items to evaluate at most, before the filter. */
  readonly limit: number | undefined;
  /** Takes only the partitions of one segment. */
  readonly segment?: { readonly number: number; readonly total: number };
  readonly countOnly: boolean;
}

export interface Page {
  readonly items: readonly Item[];
  readonly count: number;
  readonly scannedCount: number;
  readonly bytes: number;
  /** Where the next page starts; undefined when there was nothing left to read. */
  readonly lastKey: AttributeMap | undefined;
}

const segmentOf = (table: Table, item: Item, total: number): number => {
  const hash = createHash("sha1").update(JSON.stringify(item[table.definition.hash.name])).digest();
  return hash.readUInt32BE(0) % total;
};

const readRow = ({ table, selection: { index } }: PageRequest, row: StoredRow): { item: Item; size: number } => {
  const whole = JSON.parse(row.item) as Item;
  if (index === undefined || index.projection.type === "ALL") return { item: whole, size: row.size };
  const item = projectedOnto(index, table.definition, whole);
  return { item, size: itemBytes(item) };
};

const positionOf = (table: Table, index: IndexDefinition | undefined, item: Item): AttributeMap => ({
  ...keyOf(table.definition, item),
  ...(index === undefined ? {} : keyOf(index, item)),
});

/** Reads one page: until the limit, a megabyte, or the end. */
export const readPage = (request: PageRequest): Page => {
  const { table, selection, filter, paths, limit, segment } = request;
  const items: Item[] = [];
  let [count, scannedCount, bytes] = [0, 0, 0];
  let lastKey: AttributeMap | undefined;
  for (const row of table.items.select(selection)) {
    const { item, size } = readRow(request, row);
    if (segment !== undefined && segmentOf(table, item, segment.total) !== segment.number) continue;
    bytes += size;
    scannedCount++;
    if (filter === undefined || meets(filter, item)) {
      count++;
      if (!request.countOnly) items.push(paths === undefined ? item : project(item, paths));
    }
    if (scannedCount === limit || bytes > maximumPageBytes) {
      lastKey = positionOf(table, selection.index, item);
      break;
    }
  }
  return { items, count, scannedCount, bytes, lastKey };
};
