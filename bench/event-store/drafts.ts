import { ServiceCatalog } from "../../runtime/kernel/catalog.ts";
import type { CommitDraft } from "../../runtime/kernel/commit.ts";
import { RehydratedStream } from "../../runtime/kernel/stream.ts";
import type { EventStore } from "../../runtime/ports/event-store.ts";
import service, { counter } from "../../test/support/counter/counter-service.ts";

export const catalog = new ServiceCatalog(service);

/** What each event holds, ours and theirs alike: about 1 KB. */
export const DATA = { amount: 1, unit: "piece", text: "x".repeat(900) };

let ids = 0;
/** A number that no other round has. */
export const nextRound = (): number => ++ids;

export const draft = (aggregateId: string, events: number, data: object = DATA): CommitDraft => ({
  aggregate: "counter",
  aggregateId,
  commandId: `command-${++ids}`,
  correlationId: `correlation-${ids}`,
  causationId: `command-${ids}`,
  actor: "arn:aws:sts::000000000000:assumed-role/bench/bench",
  commandDigest: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
  decidedAt: "2026-01-31T09:00:00.000Z",
  events: Array.from({ length: events }, () => ({ type: "CounterAdded", schemaVersion: 2, data })),
});

export const emptyStream = (aggregateId: string): RehydratedStream =>
  new RehydratedStream(counter, aggregateId, catalog.upcaster);

/** Appends behind the streams that it holds, as a writer does that has loaded them. */
export class Appender {
  readonly #store: EventStore;
  readonly #streams = new Map<string, RehydratedStream>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  async append(aggregateId: string, events: number, data?: object): Promise<void> {
    const stream = this.#streams.get(aggregateId) ?? emptyStream(aggregateId);
    this.#streams.set(aggregateId, stream);
    stream.fold(await this.#store.append(stream.head, draft(aggregateId, events, data)), 0);
  }
}

/** Folds an aggregate from the beginning, and makes sure that it is whole. */
export const rehydrate = async (store: EventStore, aggregateId: string, version: number): Promise<void> => {
  const stream = emptyStream(aggregateId);
  for await (const { commits, bytes } of store.getEvents(aggregateId))
    for (const [index, commit] of commits.entries()) stream.fold(commit, bytes[index] ?? 0);
  if (stream.version !== version) throw new Error(`${stream.version} events of ${aggregateId} came back`);
};
