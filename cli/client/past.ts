import { commitUpTo } from "../../runtime/application/log-position.ts";
import { ServiceCatalog } from "../../runtime/kernel/catalog.ts";
import { type Commit, partOf } from "../../runtime/kernel/event.ts";
import { RehydratedStream } from "../../runtime/kernel/stream.ts";
import type { EventStore } from "../../runtime/ports/event-store.ts";
import { badInput, failed } from "../failure.ts";
import { findProject } from "../project.ts";

/** An aggregate at the beginning of its log, by the service of the project in the current folder. */
export const freshStream = async (events: EventStore, aggregateId: string): Promise<RehydratedStream> => {
  const last = await commitUpTo(events, aggregateId);
  if (last === undefined) throw failed(`the log has no ${aggregateId}`);
  const { service: module } = findProject();
  // Brings the Pulumi SDK with it: half a second and 80 MB that no other command is to pay.
  const { loadService } = await import("../../components/load-service.ts");
  const { service } = await loadService(module).catch((error: unknown) => {
    throw badInput(
      `${error instanceof Error ? error.message : String(error)} (a state is what the service folds of its events; nexus.service in package.json names its module)`,
      error,
    );
  });
  const catalog = new ServiceCatalog(service);
  return new RehydratedStream(catalog.aggregate(last.aggregate), aggregateId, catalog.upcaster);
};

/** Folds a stream on to a version, which may lie within a commit; gives what it folded. */
export async function* foldTo(stream: RehydratedStream, events: EventStore, version: number): AsyncGenerator<Commit> {
  if (stream.version >= version) return;
  const range = { fromVersion: stream.version + 1, toVersion: version };
  for await (const { commits, bytes } of events.getEvents(stream.aggregateId, range))
    for (const [index, commit] of commits.entries()) {
      const part = partOf(commit, stream.version + 1, version);
      stream.fold(part, bytes[index] ?? 0);
      yield part;
    }
}
