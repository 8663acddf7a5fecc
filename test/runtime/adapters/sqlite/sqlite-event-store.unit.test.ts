import { afterAll, describe, expect, it } from "vitest";
import { SqliteEventStore } from "../../../../runtime/adapters/sqlite/sqlite-event-store.ts";
import { eventStoreContract } from "../../../contracts/event-store/event-store-contract.ts";
import { commitsOf } from "../../../contracts/event-store/reading.ts";
import { draft } from "../../../support/counter/commits.ts";

describe("the event store in SQLite", () => {
  const store = new SqliteEventStore(":memory:");
  afterAll(() => store.close());
  eventStoreContract(() => store);

  it("stores a thousand commits that are appended at once", async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `crowd-${index % 250}`);
    const outcomes = await Promise.allSettled(
      ids.map((aggregateId, index) =>
        store.append({ aggregateId, version: Math.floor(index / 250) }, draft(aggregateId)),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
    expect((await commitsOf(store, "crowd-7")).map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  });
});
