import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";
import type { Commit } from "../../../runtime/kernel/event.ts";
import { RehydratedStream, type StreamHead } from "../../../runtime/kernel/stream.ts";
import type {
  CommitTimeline,
  EventLog,
  EventReader,
  EventStore,
  ReadOptions,
} from "../../../runtime/ports/event-store.ts";
import service, { counter } from "../../support/counter/counter-service.ts";

/** All that an adapter of the log does. */
export type WholeEventStore = EventStore & CommitTimeline & EventLog;

const { upcaster } = new ServiceCatalog(service);

export const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

export const commitsOf = async (
  store: Pick<EventReader, "getEvents">,
  aggregateId: string,
  options: ReadOptions | number = {},
): Promise<Commit[]> => {
  const pages = await all(
    store.getEvents(aggregateId, typeof options === "number" ? { fromVersion: options } : options),
  );
  return pages.flatMap(({ commits }) => commits);
};

export const headOf = async (store: EventStore, aggregateId: string): Promise<StreamHead> => {
  const stream = new RehydratedStream(counter, aggregateId, upcaster);
  for (const commit of await commitsOf(store, aggregateId)) stream.fold(commit, 0);
  return stream.head;
};

let aggregates = 0;
/** An aggregate of a test's own, in a log that it may share. */
export const newId = (): string => `contract-${process.pid}-${++aggregates}`;
