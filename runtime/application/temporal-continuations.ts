import type { AnyAggregate, ServiceCatalog } from "../kernel/catalog.ts";
import { nexusError } from "../kernel/errors.ts";
import { RehydratedStream, type StreamMemento } from "../kernel/stream.ts";
import type { ContinuationStore } from "../ports/continuation-store.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { SnapshotManager } from "./snapshot-manager.ts";

export interface TemporalContinuationsPorts {
  readonly catalog: ServiceCatalog;
  readonly continuations: ContinuationStore;
  readonly snapshots: Pick<SnapshotManager, "reducerHash">;
  readonly runtime: Pick<Runtime, "newId">;
}

/** Where an answer left off: the fold so far, and what it was asked for, settled once so that the answer cannot move. */
interface LeftOff<Asked> {
  readonly question: string;
  readonly aggregate: string;
  readonly aggregateId: string;
  readonly reducerHash: string;
  readonly asked: Asked;
  readonly stream: StreamMemento;
}

const isLeftOff = (value: unknown): value is LeftOff<unknown> =>
  value !== null && typeof value === "object" && "reducerHash" in value && "stream" in value;

/** Partial answers to one question, kept until they are gone on with. */
export class TemporalContinuations<Asked> {
  readonly #ports: TemporalContinuationsPorts;
  readonly #question: string;

  constructor(ports: TemporalContinuationsPorts, question: string) {
    this.#ports = ports;
    this.#question = question;
  }

  /** The name under which the answer goes on. */
  async keep(stream: RehydratedStream, asked: Asked): Promise<string> {
    const { continuations, snapshots, runtime } = this.#ports;
    const { definition, aggregateId } = stream;
    const memento = stream.memento();
    if (memento === undefined) throw nexusError("NEXUS_INTERNAL", `nothing of ${aggregateId} was folded`);
    const id = runtime.newId();
    const leftOff: LeftOff<Asked> = {
      ...{ question: this.#question, aggregate: definition.name, aggregateId, asked, stream: memento },
      reducerHash: snapshots.reducerHash(definition),
    };
    await continuations.save(id, leftOff);
    return id;
  }

  /** Throws `NEXUS_CONTINUATION_EXPIRED`. */
  async resume(id: string, aggregateId: string): Promise<{ stream: RehydratedStream; asked: Asked }> {
    const { catalog, continuations, snapshots } = this.#ports;
    const found = await continuations.load(id);
    if (!isLeftOff(found) || found.question !== this.#question || found.aggregateId !== aggregateId)
      throw expired(`no partial answer about ${aggregateId} goes on under this continuation, or not any longer`);
    const definition: AnyAggregate = catalog.aggregate(found.aggregate);
    if (found.reducerHash !== snapshots.reducerHash(definition))
      throw expired(`the code of ${found.aggregate} has changed since the answer began`);
    const stream = new RehydratedStream(definition, aggregateId, catalog.upcaster, found.stream);
    return { stream, asked: found.asked as Asked };
  }
}

const expired = (reason: string) => nexusError("NEXUS_CONTINUATION_EXPIRED", `${reason}; ask anew without it`);
