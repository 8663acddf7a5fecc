import type {
  DynamoDBBatchResponse,
  DynamoDBRecord,
  KinesisStreamEvent,
  KinesisStreamRecord,
  SQSEvent,
  SQSRecord,
} from "aws-lambda";
import type { StreamRecord } from "../application/event-router.ts";
import type { ProjectionRecord } from "../application/projection-handler.ts";
import { fromCloudEvent } from "../kernel/cloud-event.ts";
import { nexusError } from "../kernel/errors.ts";
import type { Commit } from "../kernel/event.ts";
import type { Notification } from "../ports/notifications.ts";
import type { SnapshotRequest } from "../ports/snapshot-queue.ts";

/** Both sources of a projection's function. */
export type BusEvent = KinesisStreamEvent | SQSEvent;
type BusRecord = KinesisStreamRecord | SQSRecord;

/** The records that Lambda has to bring again; for streams it begins again at the first of them. */
export const partialFailure = (recordIds: readonly string[]): DynamoDBBatchResponse => ({
  batchItemFailures: recordIds.map((itemIdentifier) => ({ itemIdentifier })),
});

/** A record of the events table's stream. `decode` reads the item. */
export const decodeStreamRecord = (
  record: DynamoDBRecord,
  decode: (image: NonNullable<NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]>) => Commit,
): StreamRecord => {
  const recordId = record.dynamodb?.SequenceNumber ?? "";
  if (record.eventName !== "INSERT") return { kind: "violation", recordId, keys: record.dynamodb?.Keys ?? {} };
  try {
    const image = record.dynamodb?.NewImage;
    if (image === undefined) throw nexusError("NEXUS_EVENT_UNDECODABLE", "the stream record has no new image");
    return { kind: "commit", recordId, commit: decode(image) };
  } catch (error) {
    return { kind: "undecodable", recordId, error };
  }
};

const isKinesis = (record: BusRecord): record is KinesisStreamRecord => "kinesis" in record;

/** A record off the bus, over either road. */
export const decodeBusRecord = (record: BusRecord, service: string): ProjectionRecord => {
  const recordId = isKinesis(record) ? record.kinesis.sequenceNumber : record.messageId;
  try {
    const text = isKinesis(record) ? Buffer.from(record.kinesis.data, "base64").toString("utf8") : record.body;
    return { recordId, event: fromCloudEvent(parse(text), service) };
  } catch (error) {
    return { recordId, error };
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw nexusError("NEXUS_EVENT_UNDECODABLE", "the record is not JSON", { cause });
  }
};

const fields = (record: SQSRecord, strings: readonly string[]): Record<string, unknown> => {
  const body = parse(record.body);
  if (body === null || typeof body !== "object")
    throw nexusError("NEXUS_EVENT_UNDECODABLE", "the message is no object");
  const found = body as Record<string, unknown>;
  const missing = strings.find((name) => typeof found[name] !== "string");
  if (missing === undefined && Number.isSafeInteger(found["version"])) return found;
  throw nexusError("NEXUS_EVENT_UNDECODABLE", `the message has no ${missing ?? "version"}`);
};

/** Throws `NEXUS_EVENT_UNDECODABLE`. */
export const decodeNotification = (record: SQSRecord): Notification =>
  fields(record, [
    "topic",
    "projection",
    "aggregate",
    "aggregateId",
    "eventId",
    "eventType",
    "time",
    "correlationId",
  ]) as unknown as Notification;

/** Throws `NEXUS_EVENT_UNDECODABLE`. */
export const decodeSnapshotRequest = (record: SQSRecord): SnapshotRequest =>
  fields(record, ["aggregateId"]) as unknown as SnapshotRequest;

/** What EventBridge Scheduler hands over: the input that the component gives the schedule. */
export interface ScheduledRun {
  /** RFC 3339. */
  readonly scheduledTime: string;
}

/** Milliseconds since the epoch. Throws `NEXUS_EVENT_UNDECODABLE`. */
export const decodeScheduledTime = ({ scheduledTime }: ScheduledRun): number => {
  const time = Date.parse(scheduledTime);
  if (Number.isNaN(time)) throw nexusError("NEXUS_EVENT_UNDECODABLE", "the scheduled run has no scheduledTime");
  return time;
};
