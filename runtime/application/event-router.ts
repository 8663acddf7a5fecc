import { hasFamily } from "../kernel/errors.ts";
import type { Commit } from "../kernel/event.ts";
import { UNCHANGED_LOG_RULE } from "../kernel/request-rules.ts";
import type { Runtime, Telemetry } from "../ports/runtime.ts";
import type { CommitPublisher } from "./commit-publisher.ts";
import type { SchemaRegistry } from "./schema-registry.ts";

/** A record of the events table's stream, as far as the use case cares. */
export type StreamRecord =
  | { readonly kind: "commit"; readonly recordId: string; readonly commit: Commit }
  | { readonly kind: "undecodable"; readonly recordId: string; readonly error: unknown }
  /** An item of the log was changed or removed, which no role may do. */
  | { readonly kind: "violation"; readonly recordId: string; readonly keys: Readonly<Record<string, unknown>> };

export interface EventRouterPorts {
  readonly registry: SchemaRegistry;
  readonly publisher: CommitPublisher;
  readonly runtime: Runtime;
  readonly telemetry: Telemetry;
}

/** Takes what the table's stream tells of new commits to the bus. */
export class EventRouter {
  readonly #ports: EventRouterPorts;

  constructor(ports: EventRouterPorts) {
    this.#ports = ports;
  }

  /** The ids of the records that have to come again; those of an aggregate from its first failure on. */
  async route(records: readonly StreamRecord[]): Promise<readonly string[]> {
    const failed: string[] = [];
    const broken = new Set<string>();
    const outgoing = new Map<Commit, string>();
    for (const record of records) {
      if (record.kind === "violation") this.#reportViolation(record.keys);
      else if (record.kind === "undecodable") {
        this.#reportInvalid(record.error, { recordId: record.recordId });
        failed.push(record.recordId);
      } else if (broken.has(record.commit.aggregateId) || !(await this.#valid(record.commit))) {
        broken.add(record.commit.aggregateId);
        failed.push(record.recordId);
      } else outgoing.set(record.commit, record.recordId);
    }
    const failures = await this.#ports.publisher.publish([...outgoing.keys()]);
    for (const [commit, recordId] of outgoing) {
      const failure = failures.get(commit);
      if (failure === undefined) this.#reportRouted(commit);
      else {
        const { aggregateId, version } = commit;
        this.#ports.telemetry.error("commit not routed", failure, { aggregateId, version });
        failed.push(recordId);
      }
    }
    return failed;
  }

  async #valid(commit: Commit): Promise<boolean> {
    const { registry } = this.#ports;
    try {
      await registry.confirm(commit.events);
      for (const event of commit.events) registry.validate(event);
      return true;
    } catch (error) {
      const facts = { aggregateId: commit.aggregateId, version: commit.version };
      if (hasFamily(error, "infrastructure")) this.#ports.telemetry.error("commit not routed", error, facts);
      else this.#reportInvalid(error, facts);
      return false;
    }
  }

  #reportRouted(commit: Commit): void {
    const { runtime, telemetry } = this.#ports;
    telemetry.metric("TotalEvents", "Count", commit.events.length);
    telemetry.metric("RoutingLatency", "Milliseconds", Math.max(0, runtime.now() - Date.parse(commit.committedAt)));
  }

  #reportInvalid(error: unknown, facts: Record<string, unknown>): void {
    this.#ports.telemetry.metric("ValidationFailures", "Count", 1);
    this.#ports.telemetry.error("the log holds what its schemas do not allow", error, facts);
  }

  #reportViolation(keys: Readonly<Record<string, unknown>>): void {
    this.#ports.telemetry.metric("ImmutabilityViolations", "Count", 1);
    this.#ports.telemetry.warn("an item of the log was changed or removed", { rule: UNCHANGED_LOG_RULE, keys });
  }
}
