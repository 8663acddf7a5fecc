import type { SQSEvent, SQSRecord } from "aws-lambda";
import { telemetry } from "./telemetry.ts";

/** Handles each message by itself, side by side; the ids of those that failed. For messages without an order. */
export const handleEach = async (event: SQSEvent, handle: (record: SQSRecord) => Promise<void>): Promise<string[]> => {
  const outcomes = await Promise.allSettled(event.Records.map(async (record) => handle(record)));
  return outcomes.flatMap((outcome, index) => {
    if (outcome.status === "fulfilled") return [];
    const messageId = event.Records[index]?.messageId ?? "";
    telemetry.error("message failed", outcome.reason, { messageId });
    return [messageId];
  });
};
