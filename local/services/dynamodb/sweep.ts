import type { Item } from "./attribute-value.ts";
import type { Engine } from "./engine.ts";
import { keyOfNewItem } from "./item-keys.ts";
import { retentionMs } from "./streams.ts";

const sweptPerTable = 500;

/** DynamoDB leaves items alone that expired more than five years ago. */
const oldestExpirySeconds = 5 * 365 * 24 * 60 * 60;

/** Removes items whose time to live ran out; returns how many. A call takes at most 500 of a table. */
export const removeExpiredItems = (engine: Engine): number => {
  const now = Math.floor(engine.clock() / 1_000);
  let removed = 0;
  for (const table of engine.catalog.tables()) {
    if (table.definition.ttlAttribute === undefined) continue;
    for (const row of table.items.expired(now, now - oldestExpirySeconds, sweptPerTable)) {
      const item = JSON.parse(row.item) as Item;
      const key = keyOfNewItem(table.definition, item);
      engine.writer.apply({ table, key, old: { row, item }, next: undefined }, true);
      removed++;
    }
  }
  return removed;
};

/** Deletes stream records older than a day, and streams that ended and are empty. */
export const trimStreams = (engine: Engine): void => {
  const horizon = engine.clock() - retentionMs;
  for (const stream of engine.catalog.streams()) {
    const { definition, records } = stream;
    if (definition.endedAt !== undefined && definition.endedAt < horizon) {
      engine.catalog.removeStream(stream);
      continue;
    }
    const last = records.trim(horizon);
    if (last !== undefined) engine.catalog.saveStream({ ...definition, trimmedThrough: last });
  }
};
