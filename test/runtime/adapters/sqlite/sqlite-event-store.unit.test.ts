import { afterAll, describe, it } from "vitest";
import { SqliteEventStore } from "../../../../runtime/adapters/sqlite/sqlite-event-store.ts";
import { eventStoreContract } from "../../../contracts/event-store/event-store-contract.ts";
import { appendCrowd } from "../../../support/counter/crowd.ts";

describe("the event store in SQLite", () => {
  const store = new SqliteEventStore(":memory:");
  afterAll(() => store.close());
  eventStoreContract(() => store);

  it("stores a thousand commits that are appended at once", () => appendCrowd(store));
});
