import { backOff } from "../kernel/backoff.ts";
import type { ServiceCatalog } from "../kernel/catalog.ts";
import type { Route } from "../kernel/contract.ts";
import { type NexusError, nexusError } from "../kernel/errors.ts";
import { type Commit, type RecordedEvent, recordedEvents } from "../kernel/event.ts";
import type { EventChannel } from "../ports/event-channel.ts";
import type { Runtime } from "../ports/runtime.ts";

export interface CommitPublisherPorts {
  readonly catalog: ServiceCatalog;
  readonly channels: Readonly<Record<Route, EventChannel>>;
  readonly runtime: Runtime;
  /** Tries after the first. */
  readonly retries: number;
  /** Core events go out one after the other: none later than that behind the first. @default without end */
  readonly budgetMs?: number;
}

const RETRY_BASE_MS = 50;

interface Outgoing {
  readonly commit: Commit;
  readonly event: RecordedEvent;
}

/**
 * Sends the events of commits over the road their contract names. Core events keep their order within an aggregate:
 * a call to the channel holds at most one of each, and after one that failed none of the aggregate follows.
 */
export class CommitPublisher {
  readonly #ports: CommitPublisherPorts;

  constructor(ports: CommitPublisherPorts) {
    this.#ports = ports;
  }

  /** The commits that did not go out whole, with the reason of each. Sending one again is harmless: consumers drop repeats. */
  async publish(commits: readonly Commit[]): Promise<ReadonlyMap<Commit, NexusError>> {
    const core: Outgoing[] = [];
    const standard: Outgoing[] = [];
    for (const commit of commits)
      for (const event of recordedEvents(commit)) {
        const { route } = this.#ports.catalog.contract(event.type, event.schemaVersion);
        (route === "core" ? core : standard).push({ commit, event });
      }
    const [coreFailures, standardFailures] = await Promise.all([
      this.#publishInOrder(core),
      this.#send("standard", standard),
    ]);
    return new Map([...standardFailures, ...coreFailures]);
  }

  async #publishInOrder(outgoing: readonly Outgoing[]): Promise<Map<Commit, NexusError>> {
    const failures = new Map<Commit, NexusError>();
    const queues = Map.groupBy(outgoing, ({ event }) => event.aggregateId);
    const { runtime, budgetMs = Number.POSITIVE_INFINITY } = this.#ports;
    const startedAt = runtime.now();
    while (queues.size > 0) {
      if (runtime.now() - startedAt > budgetMs) {
        const failure = nexusError("NEXUS_BUS_UNAVAILABLE", "no time was left to send every core event");
        for (const { commit } of [...queues.values()].flat()) failures.set(commit, failure);
        return failures;
      }
      const round = [...queues.values()].flatMap((queue) => queue.slice(0, 1));
      const failed = await this.#send("core", round);
      for (const [aggregateId, queue] of queues) {
        const [sent, ...rest] = queue;
        const failure = sent === undefined ? undefined : failed.get(sent.commit);
        if (failure !== undefined) for (const { commit } of queue) failures.set(commit, failure);
        if (failure !== undefined || rest.length === 0) queues.delete(aggregateId);
        else queues.set(aggregateId, rest);
      }
    }
    return failures;
  }

  /** Tries what failed again, with jitter, unless trying again is of no use. */
  async #send(route: Route, outgoing: readonly Outgoing[]): Promise<Map<Commit, NexusError>> {
    const failures = new Map<Commit, NexusError>();
    let pending = outgoing;
    for (let attempt = 1; pending.length > 0; attempt++) {
      const outcomes = await this.#ports.channels[route].send(pending.map(({ event }) => event));
      const again: Outgoing[] = [];
      for (const [index, item] of pending.entries()) {
        const failure = outcomes.length === pending.length ? outcomes[index] : this.#unanswered(route);
        if (failure === undefined) continue;
        if (failure.retryable && attempt <= this.#ports.retries) again.push(item);
        else failures.set(item.commit, failure);
      }
      pending = again;
      if (pending.length > 0) await backOff(this.#ports.runtime, attempt, RETRY_BASE_MS);
    }
    return failures;
  }

  #unanswered(route: Route): NexusError {
    return nexusError("NEXUS_INTERNAL", `the ${route} channel did not tell what became of each event`);
  }
}
