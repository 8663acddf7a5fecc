import { isNexusError, type NexusError, nexusError } from "../kernel/errors.ts";
import type { Command, CommandHandler, CommandReply } from "./command-handler.ts";

/** A command of a batch, or why it is none. */
export type BatchEntry = Command | NexusError;
export type BatchOutcome = CommandReply | NexusError;

/** Aggregates that are worked on at the same time. */
const CONCURRENCY = 16;

const isError = (entry: BatchEntry): entry is NexusError => entry instanceof Error;

/**
 * Handles commands that came together: those of one aggregate one after the other in their order, aggregates side by
 * side. Each succeeds or is refused by itself. Behind one that may yet succeed when it is sent again, the further ones
 * of its aggregate are not tried (`NEXUS_COMMAND_NOT_TRIED`), so that sending the batch again keeps their order.
 */
export class CommandBatch {
  readonly #commands: Pick<CommandHandler, "handle">;

  constructor(commands: Pick<CommandHandler, "handle">) {
    this.#commands = commands;
  }

  /** What became of each, in the order of the batch. Never throws. */
  async handle(entries: readonly BatchEntry[]): Promise<readonly BatchOutcome[]> {
    const outcomes: BatchOutcome[] = entries.map((entry) =>
      isError(entry) ? entry : nexusError("NEXUS_COMMAND_NOT_TRIED", "an earlier command of the aggregate failed"),
    );
    const byAggregate = Map.groupBy(entries.entries(), ([, entry]) => (isError(entry) ? undefined : entry.aggregateId));
    byAggregate.delete(undefined);
    const waiting = byAggregate.values();
    const work = async (): Promise<void> => {
      for (const group of waiting)
        for (const [index, entry] of group) {
          if (isError(entry)) continue;
          const outcome = await this.#outcome(entry);
          outcomes[index] = outcome;
          if (outcome instanceof Error && outcome.retryable) break;
        }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, byAggregate.size) }, work));
    return outcomes;
  }

  async #outcome(command: Command): Promise<BatchOutcome> {
    try {
      return await this.#commands.handle(command);
    } catch (error) {
      return isNexusError(error) ? error : nexusError("NEXUS_INTERNAL", "unexpected failure", { cause: error });
    }
  }
}
