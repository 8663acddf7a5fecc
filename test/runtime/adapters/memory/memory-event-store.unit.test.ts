import { describe } from "vitest";
import { MemoryEventStore } from "../../../../runtime/adapters/memory/memory-event-store.ts";
import { eventStoreContract } from "../../../contracts/event-store/event-store-contract.ts";

describe("the event store in memory", () => {
  const store = new MemoryEventStore();
  eventStoreContract(() => store);
});
