import { describe, expect, it } from "vitest";
import { CommitPublisher } from "../../../runtime/application/commit-publisher.ts";
import { nexusError } from "../../../runtime/kernel/errors.ts";
import type { RecordedEvent } from "../../../runtime/kernel/event.ts";
import { added, commit, noted, opened } from "../../support/counter/commits.ts";
import { counterWorld } from "../../support/counter/world.ts";

describe("core events", () => {
  it("go out in order within an aggregate: one of each in a call", async () => {
    const { publisher, channels } = counterWorld();
    const commits = [
      commit("a", 1, { events: [opened(), added()] }),
      commit("b", 1, { events: [opened()] }),
      commit("a", 3, { events: [added()] }),
    ];
    expect(await publisher.publish(commits)).toEqual(new Map());
    expect(channels.core.calls).toEqual([["a/1", "b/1"], ["a/2"], ["a/3"]]);
  });

  it("that are refused are tried again, alone, with growing pauses, before any later one of theirs", async () => {
    const { publisher, channels, runtime } = counterWorld();
    channels.core.refuse.set("a/1", 2);
    const commits = [commit("a", 1, { events: [opened(), added()] }), commit("b", 1, { events: [opened()] })];
    expect(await publisher.publish(commits)).toEqual(new Map());
    expect(channels.core.calls).toEqual([["a/1", "b/1"], ["a/1"], ["a/1"], ["a/2"]]);
    expect(runtime.sleeps).toEqual([25, 50]);
  });

  it("that stay refused hold back the later ones of their aggregate and no others", async () => {
    const { publisher, channels } = counterWorld();
    channels.core.refuse.set("a/2", 99);
    const [first, second, third, other] = [
      commit("a", 1, { events: [opened()] }),
      commit("a", 2),
      commit("a", 3),
      commit("b", 1, { events: [opened(), added(), added()] }),
    ];
    const failures = await publisher.publish([first, second, third, other]);
    expect([...failures.keys()]).toEqual([second, third]);
    expect(channels.core.accepted.map(({ id }) => id)).toEqual(["a/1", "b/1", "b/2", "b/3"]);
    expect(channels.core.calls.flat().filter((id) => id === "a/2")).toHaveLength(4);
  });

  it("that no time is left for fail with their commit, and nothing of theirs goes out behind the gap", async () => {
    const { catalog, channels, runtime } = counterWorld();
    const slow = {
      send: (events: readonly RecordedEvent[]) => {
        runtime.time += 300;
        return channels.core.send(events);
      },
    };
    const ports = { catalog, runtime, retries: 0, channels: { ...channels, core: slow } };
    const long = commit("a", 1, { events: [opened(), added(), added(), added(), noted()] });
    const short = commit("b", 1, { events: [opened()] });
    const failures = await new CommitPublisher({ ...ports, budgetMs: 500 }).publish([long, short]);
    expect([...failures]).toEqual([[long, expect.objectContaining({ code: "NEXUS_BUS_UNAVAILABLE" })]]);
    expect(channels.core.calls).toEqual([["a/1", "b/1"], ["a/2"]]);
    expect(await new CommitPublisher(ports).publish([long])).toEqual(new Map());
  });

  it("are not tried again when that is of no use", async () => {
    const { publisher, channels, runtime } = counterWorld();
    channels.core.refuse.set("a/1", 99);
    channels.core.failure = () => nexusError("NEXUS_ACCESS_DENIED", "no kinesis:PutRecords");
    const failures = await publisher.publish([commit("a", 1)]);
    expect([...failures.values()]).toMatchObject([{ code: "NEXUS_ACCESS_DENIED" }]);
    expect(runtime.sleeps).toEqual([]);
  });
});

describe("standard events", () => {
  it("take their own road, all in one call", async () => {
    const { publisher, channels } = counterWorld();
    await publisher.publish([
      commit("a", 1, { events: [opened(), noted(), noted()] }),
      commit("b", 4, { events: [noted()] }),
    ]);
    expect(channels.standard.calls).toEqual([["a/2", "a/3", "b/4"]]);
    expect(channels.core.calls).toEqual([["a/1"]]);
  });

  it("that are refused fail their commit and hold back no other", async () => {
    const { publisher, channels } = counterWorld();
    channels.standard.refuse.set("a/1", 99);
    const [first, second] = [commit("a", 1, { events: [noted()] }), commit("a", 2, { events: [noted(), added()] })];
    expect([...(await publisher.publish([first, second])).keys()]).toEqual([first]);
    expect(channels.standard.accepted.map(({ id }) => id)).toEqual(["a/2"]);
    expect(channels.core.accepted.map(({ id }) => id)).toEqual(["a/3"]);
  });
});
