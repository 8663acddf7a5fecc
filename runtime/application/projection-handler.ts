import type { ServiceCatalog } from "../kernel/catalog.ts";
import type { ReceivedEvent } from "../kernel/cloud-event.ts";
import { nexusError } from "../kernel/errors.ts";
import { type RecordedEvent, recordedEvents } from "../kernel/event.ts";
import type { ProjectionDefinition, ReadModelDocument } from "../kernel/service.ts";
import { versionGate } from "../kernel/version-gate.ts";
import type { EventStore } from "../ports/event-store.ts";
import type { NotificationQueue } from "../ports/notifications.ts";
import type { ReadModelStore, StoredDocument } from "../ports/read-model-store.ts";
import type { Runtime, Telemetry } from "../ports/runtime.ts";
import { ProjectionNotifier } from "./projection-notifier.ts";

/** A record off the bus, decoded as far as it could be. */
export type ProjectionRecord =
  | { readonly recordId: string; readonly event: ReceivedEvent }
  | { readonly recordId: string; readonly error: unknown };

type EventRecord = Extract<ProjectionRecord, { event: ReceivedEvent }>;

export interface ProjectionHandlerPorts {
  readonly catalog: ServiceCatalog;
  readonly projection: ProjectionDefinition;
  readonly events: EventStore;
  readonly readModel: ReadModelStore;
  readonly notifications: NotificationQueue;
  readonly runtime: Runtime;
  readonly telemetry: Telemetry;
}

/** What a batch does to one aggregate's document. */
interface Progress {
  readonly aggregateId: string;
  readonly start: number;
  position: number;
  document: ReadModelDocument | undefined;
  readonly done: EventRecord[];
  failed: readonly EventRecord[];
}

/** Keeps one read model in step with the log, whatever order and however often the bus delivers. */
export class ProjectionHandler {
  readonly #ports: ProjectionHandlerPorts;
  readonly #notifier: ProjectionNotifier;
  #prepared: Promise<void> | undefined;

  constructor(ports: ProjectionHandlerPorts) {
    this.#ports = ports;
    this.#notifier = new ProjectionNotifier(ports.projection, ports.notifications);
  }

  /**
   * The ids of the records that have to come again. A failure stops its aggregate and no other. Throws when the read
   * model cannot be read at all, which fails the whole batch.
   */
  async handle(records: readonly ProjectionRecord[]): Promise<readonly string[]> {
    const failed: string[] = [];
    const mine: EventRecord[] = [];
    for (const record of records) {
      if ("event" in record) {
        if (record.event.aggregate === this.#ports.projection.aggregate) mine.push(record);
      } else {
        this.#ports.telemetry.error("record cannot be read", record.error, { recordId: record.recordId });
        failed.push(record.recordId);
      }
    }
    if (mine.length === 0) return failed;
    await this.#prepare();
    const all = await this.#advance(mine);
    await this.#store(all.filter((progress) => progress.position > progress.start));
    await this.#notify(all);
    return [...failed, ...all.flatMap((progress) => progress.failed.map((record) => record.recordId))];
  }

  /** The document after an event of any registered version. */
  transform(document: ReadModelDocument | undefined, event: RecordedEvent): ReadModelDocument | undefined {
    return this.#ports.projection.transform(document, this.#ports.catalog.upcaster.upcast(event));
  }

  async #prepare(): Promise<void> {
    this.#prepared ??= this.#ports.readModel.prepare(this.#ports.projection);
    try {
      await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
  }

  async #advance(records: readonly EventRecord[]): Promise<Progress[]> {
    const byAggregate = Map.groupBy(records, ({ event }) => event.aggregateId);
    const stored = await this.#ports.readModel.get(this.#ports.projection, [...byAggregate.keys()]);
    return Promise.all(
      [...byAggregate].map(([aggregateId, group]) => {
        const known: StoredDocument | undefined = stored.get(aggregateId);
        const start = known?.version ?? 0;
        const progress = { aggregateId, start, position: start, document: known?.document, done: [], failed: [] };
        // SQS delivers in any order; in order of version there are fewer gaps to fill.
        return this.#advanceAggregate(
          progress,
          group.toSorted((a, b) => a.event.version - b.event.version),
        );
      }),
    );
  }

  async #advanceAggregate(progress: Progress, records: readonly EventRecord[]): Promise<Progress> {
    for (const [index, record] of records.entries()) {
      try {
        await this.#apply(progress, record.event);
        progress.done.push(record);
      } catch (error) {
        const { aggregateId, version } = record.event;
        this.#ports.telemetry.error("event not projected", error, { aggregateId, version });
        progress.failed = records.slice(index);
        break;
      }
    }
    return progress;
  }

  async #apply(progress: Progress, event: ReceivedEvent): Promise<void> {
    const { data } = event;
    const verdict = versionGate(progress.position, event.version);
    if (verdict === "drop") return;
    if (verdict === "gap" || data === undefined) await this.#readLog(progress, event);
    else this.#step(progress, { ...event, data });
    const lag = this.#ports.runtime.now() - Date.parse(event.time);
    this.#ports.telemetry.metric("ProjectionLag", "Milliseconds", Math.max(0, lag));
  }

  #step(progress: Progress, event: RecordedEvent): void {
    progress.document = this.transform(progress.document, event);
    progress.position = event.version;
  }

  /** By a consistent read: all that the log has beyond the position, of which `event` must be a part. */
  async #readLog(progress: Progress, event: ReceivedEvent): Promise<void> {
    const { aggregateId, version } = event;
    this.#ports.telemetry.metric("GapsFilled", "Count", 1);
    for await (const { commits } of this.#ports.events.getEvents(aggregateId, { fromVersion: progress.position + 1 }))
      for (const recorded of commits.flatMap(recordedEvents))
        if (versionGate(progress.position, recorded.version) === "apply") this.#step(progress, recorded);
    if (progress.position < version)
      throw nexusError(
        "NEXUS_LOG_CORRUPT",
        `${aggregateId}: version ${version} came over the bus, but the log ends at ${progress.position}`,
        { context: { aggregateId, version, position: progress.position } },
      );
  }

  async #store(changed: readonly Progress[]): Promise<void> {
    if (changed.length === 0) return;
    const outcomes = await this.#ports.readModel.upsert(
      this.#ports.projection,
      changed.map(({ aggregateId, position, document }) => ({ id: aggregateId, version: position, document })),
    );
    for (const [index, progress] of changed.entries()) {
      const outcome = outcomes[index] ?? nexusError("NEXUS_READ_MODEL_UNAVAILABLE", "no answer for the document");
      if (typeof outcome === "string") continue;
      this.#ports.telemetry.error("document not written", outcome, { aggregateId: progress.aggregateId });
      progress.failed = [...progress.done.splice(0), ...progress.failed];
    }
  }

  /** After the write, and for records the gate dropped as well: the first time may have ended between the two. */
  async #notify(all: readonly Progress[]): Promise<void> {
    const unsent = await this.#notifier.request(all.flatMap(({ done }) => done.map(({ event }) => event)));
    if (unsent.size === 0) return;
    this.#ports.telemetry.warn("notifications not asked for", { count: unsent.size });
    for (const progress of all)
      progress.failed = [...progress.done.filter(({ event }) => unsent.has(event)), ...progress.failed];
  }
}
