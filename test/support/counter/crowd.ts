import { expect } from "vitest";
import type { EventStore } from "../../../runtime/ports/event-store.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { draft } from "./commits.ts";

/** Appends a thousand commits at once, four to each of 250 aggregates, and expects that each is stored. */
export const appendCrowd = async (store: EventStore): Promise<void> => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `crowd-${index % 250}`);
  const outcomes = await Promise.allSettled(
    ids.map((aggregateId, index) =>
      store.append({ aggregateId, version: Math.floor(index / 250) }, draft(aggregateId)),
    ),
  );
  expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
  expect((await commitsOf(store, "crowd-7")).map(({ version }) => version)).toEqual([1, 2, 3, 4]);
};
