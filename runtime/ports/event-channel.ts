import type { NexusError } from "../kernel/errors.ts";
import type { RecordedEvent } from "../kernel/event.ts";

/** One road of the bus: the Kinesis stream of core events, or the SNS topic of standard ones. */
export interface EventChannel {
  /**
   * Sends each event once and tells what became of each, in the same order: `undefined` when it was accepted,
   * `NEXUS_BUS_UNAVAILABLE` or `NEXUS_ACCESS_DENIED` when not. Promises no order between events of one call.
   */
  send(events: readonly RecordedEvent[]): Promise<readonly (NexusError | undefined)[]>;
}
