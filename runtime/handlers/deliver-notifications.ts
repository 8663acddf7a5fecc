import type { SQSEvent } from "aws-lambda";
import { eventHandler } from "../middleware/chains.ts";
import { composeNotificationService, type NotificationService } from "../middleware/composition.ts";
import { handleTogether } from "../middleware/queue-batch.ts";
import { decodeNotification, partialFailure } from "../middleware/records.ts";
import { telemetry } from "../middleware/telemetry.ts";

/** The queue of notifications. */
export const createHandler = (notifications: Pick<NotificationService, "notify">) =>
  eventHandler(async (event: SQSEvent) => {
    telemetry.metric("NotificationsReceived", "Count", event.Records.length);
    return partialFailure(await handleTogether(event, decodeNotification, (batch) => notifications.notify(batch)));
  });

export const handler = createHandler(composeNotificationService());
