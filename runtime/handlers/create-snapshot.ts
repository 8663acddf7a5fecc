import type { SQSEvent } from "aws-lambda";
import { eventHandler } from "../middleware/chains.ts";
import { composeSnapshotCreator, type SnapshotCreator } from "../middleware/composition.ts";
import { handleEach } from "../middleware/queue-batch.ts";
import { decodeSnapshotRequest, partialFailure } from "../middleware/records.ts";
import { telemetry } from "../middleware/telemetry.ts";

/** The queue of snapshot requests. */
export const createHandler = (snapshots: Pick<SnapshotCreator, "create">) =>
  eventHandler(async (event: SQSEvent) => {
    telemetry.metric("SnapshotsAskedFor", "Count", event.Records.length);
    return partialFailure(await handleEach(event, decodeSnapshotRequest, (request) => snapshots.create(request)));
  });

export const handler = createHandler(composeSnapshotCreator());
