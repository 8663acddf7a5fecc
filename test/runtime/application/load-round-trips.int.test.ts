import { setImmediate as turn } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { openDynamoDb } from "../../../local/services/dynamodb/index.ts";
import { DynamoEventStore } from "../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { DynamoSnapshotStore } from "../../../runtime/adapters/dynamodb/dynamo-snapshot-store.ts";
import { TAIL_COMMITS } from "../../../runtime/application/stream-loader.ts";
import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";
import type { StoredEvent } from "../../../runtime/kernel/event.ts";
import { RehydratedStream } from "../../../runtime/kernel/stream.ts";
import { added, draft, noted } from "../../support/counter/commits.ts";
import service, { type CounterState, counter } from "../../support/counter/counter-service.ts";
import { createEventsTable, createSnapshotsTable } from "../../support/counter/events-table.ts";
import { counterWorld } from "../../support/counter/world.ts";
import { localClient } from "../../support/local-client.ts";
import { randomNumbers } from "../../support/random.ts";

/** Turns of the event loop without a further request, after which those that were made wait for nothing but answers. */
const QUIET_TURNS = 5;

/** A network on which every request takes one round trip, and those that wait at the same time take it together. */
class RoundTrips {
  #waiting: (() => void)[] = [];
  #counting = false;

  async request(): Promise<void> {
    if (this.#counting) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async count<T>(act: () => Promise<T>): Promise<{ result: T; trips: number }> {
    this.#counting = true;
    let trips = 0;
    let done = false;
    const acting = act().finally(() => {
      done = true;
    });
    while (!done) {
      for (let quiet = 0, before = this.#waiting.length; quiet < QUIET_TURNS && !done; quiet++) {
        await turn();
        if (this.#waiting.length > before) quiet = 0;
        before = this.#waiting.length;
      }
      if (this.#waiting.length === 0) continue;
      trips += 1;
      for (const answer of this.#waiting.splice(0)) answer();
    }
    this.#counting = false;
    return { result: await acting, trips };
  }
}

const COMMIT_EVENTS = 100;
const random = randomNumbers(8);
const noise = (length: number): string =>
  Array.from({ length: length / 10 }, () => random().toString(36).slice(2, 12).padEnd(10, "-")).join("");

/** A counter whose state does not fit an item. */
const NOISE = noise(800_000);
const largeCounter = {
  ...counter,
  initialState: (): CounterState => ({ ...counter.initialState(), ...{ noise: NOISE } }),
};

const network = new RoundTrips();
const engine = openDynamoDb({ file: ":memory:" });
const client = localClient(async (action, input) => {
  await network.request();
  return engine.call(action, input());
});
const bodies = new Map<string, Uint8Array>();
const place = {
  get: async (key: string) => {
    await network.request();
    return bodies.get(key) ?? Promise.reject(new Error(`no ${key}`));
  },
  put: async (key: string, body: Uint8Array) => void bodies.set(key, body),
};
const events = new DynamoEventStore(client, "events");
const snapshotStore = new DynamoSnapshotStore(client, "snapshots", place);
const { upcaster } = new ServiceCatalog(service);

/** Appends so many events behind a stream, as many to a commit as are given. */
const append = async (stream: RehydratedStream, count: number, commit: readonly StoredEvent[]): Promise<void> => {
  const last = stream.version + count;
  while (stream.version < last) {
    const { aggregateId, version } = stream;
    const taken = commit.slice(0, last - version);
    stream.fold(await events.append(stream.head, draft(aggregateId, { events: taken })), 0);
  }
};

/** The log of an aggregate up to its snapshots, of both kinds of state. */
const aggregateOf = async (aggregateId: string, length: number): Promise<RehydratedStream> => {
  const stream = new RehydratedStream(counter, aggregateId, upcaster);
  await append(
    stream,
    length,
    Array.from({ length: COMMIT_EVENTS }, () => added()),
  );
  for (const definition of [counter, largeCounter]) {
    // A world each: a manager of snapshots knows one definition of a name.
    const { snapshots, loader } = counterWorld({ events, snapshotStore });
    await snapshots.create(definition, await loader.load(definition, aggregateId));
  }
  return stream;
};

const load = (definition: typeof counter, aggregateId: string) => {
  const { loader } = counterWorld({ events, snapshotStore });
  return network.count(() => loader.load(definition, aggregateId));
};

const LENGTHS = [10, 100, 1_000, 10_000, 100_000];
const KINDS = [
  { where: "in its item", definition: counter },
  { where: "in S3", definition: largeCounter },
];

beforeAll(async () => {
  await createEventsTable(client, "events");
  await createSnapshotsTable(client, "snapshots");
});

describe.each(LENGTHS)("an aggregate of %i events", (length) => {
  const aggregateId = `long-${length}`;
  let whole: RehydratedStream;
  beforeAll(async () => {
    whole = await aggregateOf(aggregateId, length);
  });
  const expectLoaded = async (behindSnapshot: number) => {
    for (const { where, definition } of KINDS) {
      const { result, trips } = await load(definition, aggregateId);
      expect(result.head, where).toEqual(whole.head);
      expect(result.state, where).toMatchObject(whole.state as object);
      expect(result.progress.events, where).toBe(behindSnapshot);
      expect(trips, where).toBeLessThanOrEqual(2);
    }
  };

  it("is read in two round trips at most, wherever its snapshot's body lies", async () => {
    await expectLoaded(length <= TAIL_COMMITS * COMMIT_EVENTS ? length : 0);
  });

  it("is read in two when the tail does not reach its snapshot", async () => {
    await append(whole, 5 * TAIL_COMMITS, [added()]);
    await expectLoaded(5 * TAIL_COMMITS);
  });
});

it("an aggregate whose snapshot is as far behind as it may be is read in two, though its commits fill several pages", async () => {
  const whole = await aggregateOf("behind", 2_000);
  await append(whole, 999, [noted(noise(1_500))]);
  const { result, trips } = await load(largeCounter, "behind");
  expect(result.head).toEqual(whole.head);
  expect(result.progress.events).toBe(999);
  expect(trips).toBe(2);
});

it("an aggregate whose snapshot lost its body is read from its log", async () => {
  const whole = await aggregateOf("bodiless", 2_000);
  bodies.clear();
  const { result } = await load(largeCounter, "bodiless");
  expect(result.head).toEqual(whole.head);
  expect(result.progress.events).toBe(2_000);
});
