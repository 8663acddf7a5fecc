import type { DynamoDBStreamEvent } from "aws-lambda";
import { eventHandler } from "../middleware/chains.ts";
import { composeEventRouter } from "../middleware/composition.ts";
import { decodeStreamRecord, partialFailure } from "../middleware/records.ts";
import { telemetry } from "../middleware/telemetry.ts";

/** The stream of the events table. */
export const createHandler = ({ router, decodeImage }: ReturnType<typeof composeEventRouter>) =>
  eventHandler(async ({ Records }: DynamoDBStreamEvent) => {
    telemetry.metric("RecordsReceived", "Count", Records.length);
    return partialFailure(await router.route(Records.map((record) => decodeStreamRecord(record, decodeImage))));
  });

export const handler = createHandler(composeEventRouter());
