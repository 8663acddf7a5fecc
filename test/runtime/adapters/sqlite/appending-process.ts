// node appending-process.ts FILE DURABILITY PREFIX COUNT: see `appendNumbered`.

import type { Durability } from "../../../../runtime/adapters/sqlite/event-file.ts";
import { SqliteEventStore } from "../../../../runtime/adapters/sqlite/sqlite-event-store.ts";
import { appendNumbered } from "../../../support/counter/numbered-commits.ts";

const [file = "", durability = "power-loss", prefix = "", count = "1"] = process.argv.slice(2);

const store = new SqliteEventStore(file, { durability: durability as Durability });
await appendNumbered(prefix, Number(count), (head, draft) => store.append(head, draft));
await store.close();
