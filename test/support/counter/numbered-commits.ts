import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";
import type { CommitDraft } from "../../../runtime/kernel/commit.ts";
import type { Commit } from "../../../runtime/kernel/event.ts";
import { RehydratedStream, type StreamHead } from "../../../runtime/kernel/stream.ts";
import { added, draft } from "./commits.ts";
import service, { counter } from "./counter-service.ts";

/** Aggregates that a writer appends to at once: while one append is acknowledged, the others are on their way. */
const AGGREGATES = 8;

const { upcaster } = new ServiceCatalog(service);

/** A commit of one to three events that its number, the last part of its command id, tells. */
const numberedDraft = (aggregateId: string, number: number): CommitDraft =>
  draft(aggregateId, {
    commandId: `${aggregateId}/${number}`,
    events: Array.from({ length: 1 + (number % 3) }, () => added(number)),
  });

/** What was to be stored under the command id of a commit. */
export const asNumbered = ({ aggregateId, commandId }: Commit): CommitDraft =>
  numberedDraft(aggregateId, Number(commandId.split("/").at(-1)));

/** What a writer says of a commit that is acknowledged. */
export const placeOf = ({ aggregateId, version, commandId }: Commit): string =>
  `${aggregateId} ${version} ${commandId}`;

/**
 * Appends so many commits to each of 8 aggregates at once, one after the other within an aggregate, and prints the place
 * of each that is acknowledged.
 */
export const appendNumbered = async (
  prefix: string,
  count: number,
  append: (head: StreamHead, draft: CommitDraft) => Promise<Commit>,
): Promise<void> => {
  const write = async (_: unknown, index: number): Promise<void> => {
    const stream = new RehydratedStream(counter, `${prefix}-${index}`, upcaster);
    for (let number = 0; number < count; number++) {
      const commit = await append(stream.head, numberedDraft(stream.aggregateId, number));
      process.stdout.write(`${placeOf(commit)}\n`);
      stream.fold(commit, 0);
    }
  };
  await Promise.all(Array.from({ length: AGGREGATES }, write));
};
