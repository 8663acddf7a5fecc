import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../runtime/adapters/node/sha256.ts";
import { canonicalJson } from "../../../runtime/kernel/canonical-json.ts";
import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";
import { commitBehind } from "../../../runtime/kernel/commit.ts";
import { assertExpectedVersion, expectedVersion } from "../../../runtime/kernel/expected-version.ts";
import { snapshotTrigger } from "../../../runtime/kernel/snapshot-policy.ts";
import { RehydratedStream, StreamHead } from "../../../runtime/kernel/stream.ts";
import { EventUpcaster } from "../../../runtime/kernel/upcaster.ts";
import { versionGate } from "../../../runtime/kernel/version-gate.ts";
import { added, at, commit, draft, opened, T0 } from "../../support/counter/commits.ts";
import service, { counter } from "../../support/counter/counter-service.ts";

const { upcaster } = new ServiceCatalog(service);
const thrown = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe("a stream", () => {
  const fold = (...commits: ReturnType<typeof commit>[]) => {
    const stream = new RehydratedStream(counter, "a", upcaster);
    for (const next of commits) stream.fold(next, 100);
    return stream;
  };

  it("folds commits to state, head and what it has gathered", () => {
    const stream = fold(commit("a", 1, { events: [opened(), added(2)] }), commit("a", 3, { decidedAt: at(9) }));
    expect(stream).toMatchObject({
      version: 3,
      state: { open: true, total: 3 },
      progress: { events: 3, bytes: 200, since: T0 },
    });
    expect(stream.head).toMatchObject({ aggregateId: "a", version: 3, committedAt: at(9) });
  });

  it.each([
    ["skips a version", [commit("a", 1), commit("a", 3)], "NEXUS_LOG_CORRUPT"],
    ["repeats a version", [commit("a", 1), commit("a", 1)], "NEXUS_LOG_CORRUPT"],
    ["does not begin at 1", [commit("a", 2)], "NEXUS_LOG_CORRUPT"],
    [
      "holds a commit that was appended behind another one",
      [commit("a", 1), { ...commit("a", 2), chain: { previous: "another", digest: "own" } }],
      "NEXUS_LOG_CORRUPT",
    ],
    [
      "begins with a commit that was appended behind another one",
      [{ ...commit("a", 1), chain: { previous: "another", digest: "own" } }],
      "NEXUS_LOG_CORRUPT",
    ],
    ["is of another aggregate", [commit("a", 1, { aggregate: "order" })], "NEXUS_AGGREGATE_MISMATCH"],
  ])("refuses a log that %s", (_, commits, code) => {
    expect(thrown(() => fold(...commits))).toMatchObject({ code });
  });

  it("comes back from its memento as it was, with nothing gathered", () => {
    const before = fold(commit("a", 1, { events: [opened(), added(2)] }));
    const memento = JSON.parse(JSON.stringify(before.memento()));
    const after = new RehydratedStream(counter, "a", upcaster, memento);
    expect(after).toMatchObject({ version: 2, state: { open: true, total: 2 }, progress: { events: 0, bytes: 0 } });
    expect(after.head).toEqual(before.head);
    expect(after.memento()).toEqual(before.memento());
  });

  it("alone makes heads: a look-alike is none", () => {
    const { head } = fold();
    expect(StreamHead.isLoaded(head)).toBe(true);
    expect(StreamHead.isLoaded({ ...head })).toBe(false);
    expect(StreamHead.isLoaded(Object.create(StreamHead.prototype))).toBe(false);
  });

  it("continues with commits whose time never goes back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 })), (seconds) => {
        const stream = new RehydratedStream(counter, "a", upcaster);
        const times = seconds.map((second) => {
          const next = commitBehind(stream.head, draft("a", { decidedAt: at(second) }), sha256);
          stream.fold(next, 1);
          return next.committedAt;
        });
        expect(times).toEqual(times.toSorted());
        expect(stream.version).toBe(seconds.length);
      }),
    );
  });

  it("continues with no commit of another aggregate, nor an empty one", () => {
    expect(thrown(() => commitBehind(fold().head, draft("b"), sha256))).toMatchObject({ code: "NEXUS_INTERNAL" });
    expect(thrown(() => commitBehind(fold().head, draft("a", { events: [] }), sha256))).toMatchObject({
      code: "NEXUS_INTERNAL",
    });
  });
});

it("an expected version is any, none or exactly one", () => {
  const check = (expected: number | undefined, actual: number) =>
    thrown(() => assertExpectedVersion(expectedVersion(expected), actual, "a"));
  for (const [expected, actual] of [
    [undefined, 7],
    [0, 0],
    [3, 3],
  ] as const)
    expect(check(expected, actual)).toBeUndefined();
  for (const [expected, actual] of [
    [0, 1],
    [3, 2],
    [3, 4],
  ] as const)
    expect(check(expected, actual)).toMatchObject({
      code: "NEXUS_VERSION_CONFLICT",
      context: { expectedVersion: expected, actualVersion: actual },
    });
});

it("the version gate drops what was seen, applies the next, sees the gap before the rest", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: 1, max: 60 }), (position, version) => {
      const expected = version <= position ? "drop" : version === position + 1 ? "apply" : "gap";
      expect(versionGate(position, version)).toBe(expected);
    }),
  );
});

describe("the upcaster", () => {
  const chain = (upcasters: typeof service.upcasters) =>
    new EventUpcaster({
      upcasters,
      aggregates: [
        {
          ...counter,
          events: [1, 2, 3].map((version) => ({ ...counter.events[1], version }) as (typeof counter.events)[0]),
        },
      ],
    });
  const step = (from: number) => ({
    type: "CounterAdded",
    from,
    upcast: (data: object) => ({ ...data, [`v${from}`]: true }),
  });

  it("leads any version to the newest, step by step", () => {
    const steps = chain([step(2), step(1)]);
    expect(steps.data("CounterAdded", 1, { amount: 1 })).toEqual({ amount: 1, v1: true, v2: true });
    expect(steps.data("CounterAdded", 2, { amount: 1 })).toEqual({ amount: 1, v2: true });
    const current = { amount: 1 };
    expect(steps.data("CounterAdded", 3, current)).toBe(current);
  });

  it.each([
    ["a missing step", [step(1)], "CounterAdded", 1, "NEXUS_UPCAST_FAILED"],
    ["a version newer than the code", [step(1), step(2)], "CounterAdded", 4, "NEXUS_UPCAST_FAILED"],
    ["a type that is not registered", [], "CounterLost", 1, "NEXUS_EVENT_UNREGISTERED"],
  ])("refuses %s", (_, upcasters, type, version, code) => {
    expect(thrown(() => chain(upcasters).data(type, version, {}))).toMatchObject({ code });
  });

  it("keeps the cause when a step throws", () => {
    const upcast = () => {
      throw new TypeError("no amount");
    };
    const error = thrown(() => chain([{ type: "CounterAdded", from: 1, upcast }, step(2)]).data("CounterAdded", 1, {}));
    expect(error).toMatchObject({ code: "NEXUS_UPCAST_FAILED", cause: expect.any(TypeError) });
  });
});

describe("a snapshot is due", () => {
  const quiet = { bytes: 1, since: T0, rehydrationMs: 0 };

  it.each([
    ["at 1,000 events", { ...quiet, events: 1_000 }, 0, "events"],
    ["not at 999", { ...quiet, events: 999 }, 0, undefined],
    ["at 1 MB", { ...quiet, events: 3, bytes: 1_048_576 }, 0, "bytes"],
    ["not a byte before", { ...quiet, events: 3, bytes: 1_048_575 }, 0, undefined],
    ["after a quarter of a second of reading", { ...quiet, events: 100, rehydrationMs: 250 }, 0, "rehydration"],
    ["not a millisecond before", { ...quiet, events: 100, rehydrationMs: 249 }, 0, undefined],
    ["not for a few events that came slowly", { ...quiet, events: 99, rehydrationMs: 9_000 }, 0, undefined],
    ["after 24 hours", { ...quiet, events: 100 }, 24 * 3_600, "age"],
    ["not a second before", { ...quiet, events: 100 }, 24 * 3_600 - 1, undefined],
    ["not for age alone with few events", { ...quiet, events: 99 }, 99 * 3_600, undefined],
    ["not for an empty stream", { ...quiet, events: 0, bytes: 0, since: undefined }, 99 * 3_600, undefined],
  ])("%s", (_, progress, seconds, trigger) => {
    expect(snapshotTrigger(progress, Date.parse(at(seconds)))).toBe(trigger);
  });
});

it("canonical JSON is the same for equal values, whatever the order of their keys", () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, shuffled(inner)]),
    );
  };
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it("canonical JSON is that of RFC 8785", () => {
  const value = { "\u20ac": 1e21, "\r": [0.1, -0, 4.5], "1": '\u000f\n"', "": null, "10": true, "9": undefined };
  expect(canonicalJson(value)).toBe('{"":null,"\\r":[0.1,0,4.5],"1":"\\u000f\\n\\"","10":true,"€":1e+21}');
});

it("canonical JSON writes strings and numbers as ECMAScript does", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom('"', "\\", "a", "\ud800") }),
  );
  fc.assert(
    fc.property(text, fc.oneof(fc.double(), fc.integer()), (key, number) => {
      expect(canonicalJson([key, number])).toBe(JSON.stringify([key, number]));
      expect(canonicalJson({ [key]: number })).toBe(JSON.stringify({ [key]: number }));
    }),
  );
});
