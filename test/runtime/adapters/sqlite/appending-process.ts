// node appending-process.ts FILE DURABILITY PREFIX COUNT: appends COUNT commits at once to each of 8 aggregates, one
// after the other within an aggregate, and prints `<aggregateId> <version>` for each that is acknowledged.

import type { Durability } from "../../../../runtime/adapters/sqlite/event-file.ts";
import { SqliteEventStore } from "../../../../runtime/adapters/sqlite/sqlite-event-store.ts";
import { draft } from "../../../support/counter/commits.ts";

const [file = "", durability = "power-loss", prefix = "", count = "1"] = process.argv.slice(2);
const AGGREGATES = 8;

const store = new SqliteEventStore(file, { durability: durability as Durability });
await Promise.all(
  Array.from({ length: AGGREGATES }, async (_, index) => {
    const aggregateId = `${prefix}-${index}`;
    for (let version = 0; version < Number(count); version++) {
      const commit = await store.append({ aggregateId, version }, draft(aggregateId));
      process.stdout.write(`${aggregateId} ${commit.version}\n`);
    }
  }),
);
await store.close();
