import { eventHandler } from "../middleware/chains.ts";
import { composeProjectionHandler } from "../middleware/composition.ts";
import { type BusEvent, decodeBusRecord, partialFailure } from "../middleware/records.ts";
import { telemetry } from "../middleware/telemetry.ts";

/** One projection: its Kinesis consumer and, where its aggregate has standard events, its SQS queue. */
export const createHandler = ({ projections, service }: Awaited<ReturnType<typeof composeProjectionHandler>>) =>
  eventHandler(async ({ Records }: BusEvent) => {
    telemetry.metric("RecordsReceived", "Count", Records.length);
    return partialFailure(await projections.handle(Records.map((record) => decodeBusRecord(record, service))));
  });

export const handler = createHandler(await composeProjectionHandler());
