import { appendContract } from "./append-contract.ts";
import { chainContract } from "./chain-contract.ts";
import { concurrencyContract } from "./concurrency-contract.ts";
import { readContract } from "./read-contract.ts";
import type { WholeEventStore } from "./reading.ts";
import { timelineContract } from "./timeline-contract.ts";

/** What every event store does. `store` gives one with an empty or a shared log: each test has aggregates of its own. */
export const eventStoreContract = (store: () => WholeEventStore): void => {
  appendContract(store);
  readContract(store);
  timelineContract(store);
  concurrencyContract(store);
  chainContract(store);
};
