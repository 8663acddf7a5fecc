import fc from "fast-check";
import { type Commit, partOf, type StoredEvent } from "../../../runtime/kernel/event.ts";
import { RehydratedStream } from "../../../runtime/kernel/stream.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { added, at, noted, opened } from "./commits.ts";
import { counter } from "./counter-service.ts";
import { counterWorld } from "./world.ts";

const event = fc.oneof(
  fc.integer({ min: -9, max: 9 }).map((amount) => added(amount)),
  fc.string({ maxLength: 5 }).map((text) => noted(text)),
);

interface RandomCommit {
  readonly events: readonly StoredEvent[];
  /** Seconds after the one before. */
  readonly later: number;
}

/** Commits of one to five events, each some seconds after the one before, or none. */
export const randomLog: fc.Arbitrary<RandomCommit[]> = fc.array(
  fc.record({ events: fc.array(event, { minLength: 1, maxLength: 5 }), later: fc.nat(2) }),
  { minLength: 1, maxLength: 40 },
);

/** A world whose log holds an opened counter and then the commits; it is ten seconds after the last one. */
export const worldOf = async (commits: readonly RandomCommit[]) => {
  const world = counterWorld();
  await world.store("counter-1", 1, [opened()], at(0));
  let version = 1;
  let seconds = 0;
  for (const { events, later } of commits) {
    seconds += later;
    await world.store("counter-1", version + 1, events, at(seconds));
    version += events.length;
  }
  world.runtime.time = Date.parse(at(seconds + 10));
  return { world, version, seconds, stored: await commitsOf(world.events, "counter-1") };
};

/** The plain fold of a prefix of the log, which may end within a commit. */
export const foldTo = (
  { catalog }: ReturnType<typeof counterWorld>,
  stored: readonly Commit[],
  version: number,
): RehydratedStream => {
  const stream = new RehydratedStream(counter, "counter-1", catalog.upcaster);
  for (const commit of stored) if (commit.version <= version) stream.fold(partOf(commit, 1, version), 1);
  return stream;
};
