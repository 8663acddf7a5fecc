import { eventHandler } from "../middleware/chains.ts";
import { composeSnapshotScheduler, type SnapshotScheduler } from "../middleware/composition.ts";
import { decodeScheduledTime, type ScheduledRun } from "../middleware/records.ts";
import { telemetry } from "../middleware/telemetry.ts";

/** The hourly schedule of snapshots that are due by age. */
export const createHandler = (scheduler: Pick<SnapshotScheduler, "requestDue">) =>
  eventHandler(async (event: ScheduledRun) => {
    const requested = await scheduler.requestDue(decodeScheduledTime(event));
    telemetry.metric("SnapshotsScheduled", "Count", requested);
    return { requested };
  });

export const handler = createHandler(composeSnapshotScheduler());
