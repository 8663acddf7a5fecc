import { createHash } from "node:crypto";
import { AwsError } from "../../contract.ts";
import { seconds } from "../describe-table.ts";
import type { Action, Engine } from "../engine.ts";
import { validationError } from "../errors.ts";
import { Parameters } from "../parameters.ts";
import { type Stream, tableNameOf } from "../storage/catalog.ts";
import type { StoredRecord } from "../storage/stream-store.ts";
import { formatSequence, retentionMs } from "../streams.ts";

const maximumListed = 100;
const maximumRecords = 1_000;
const maximumAnswerBytes = 1024 * 1024;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html */
const iteratorLifetimeMs = 15 * 60 * 1_000;

export const listStreams: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["TableName", "Limit", "ExclusiveStartStreamArn"]);
    const limit = parameters.integer("Limit", 1, maximumListed) ?? maximumListed;
    const tableName = parameters.string("TableName");
    const start = parameters.string("ExclusiveStartStreamArn") ?? "";
    const matching = engine.catalog
      .streams()
      .map(({ definition }) => definition)
      .filter(({ arn, tableName: of }) => arn > start && (tableName === undefined || of === tableNameOf(tableName)))
      .sort((a, b) => (a.arn < b.arn ? -1 : 1));
    const page = matching.slice(0, limit);
    return {
      Streams: page.map(({ arn, tableName: of, label }) => ({ StreamArn: arn, TableName: of, StreamLabel: label })),
      ...(matching.length > limit ? { LastEvaluatedStreamArn: page.at(-1)?.arn } : {}),
    };
  },
};

export const describeStream: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["StreamArn", "Limit", "ExclusiveStartShardId", "ShardFilter"]);
    if (parameters.has("ShardFilter"))
      throw validationError("The local DynamoDB does not support the parameter ShardFilter; a stream has one shard");
    const { definition, records } = engine.catalog.stream(parameters.requiredString("StreamArn"));
    const isAfter = (parameters.string("ExclusiveStartShardId") ?? "") < definition.shardId;
    const shard = {
      ShardId: definition.shardId,
      SequenceNumberRange: {
        StartingSequenceNumber: formatSequence(definition.startSequence),
        ...(definition.endedAt === undefined ? {} : { EndingSequenceNumber: formatSequence(records.last) }),
      },
    };
    return {
      StreamDescription: {
        StreamArn: definition.arn,
        StreamLabel: definition.label,
        StreamStatus: definition.endedAt === undefined ? "ENABLED" : "DISABLED",
        StreamViewType: definition.viewType,
        CreationRequestDateTime: seconds(definition.createdAt),
        TableName: definition.tableName,
        KeySchema: definition.keys.map(({ name }, position) => ({
          AttributeName: name,
          KeyType: position === 0 ? "HASH" : "RANGE",
        })),
        Shards: isAfter ? [shard] : [],
      },
    };
  },
};

interface Iterator {
  readonly arn: string;
  /** The first sequence number to read. */
  readonly from: number;
  readonly issuedAt: number;
}

const encodeIterator = ({ arn, from, issuedAt }: Iterator): string =>
  `${arn}|1|${Buffer.from(JSON.stringify([arn, from, issuedAt])).toString("base64")}`;

const decodeIterator = (text: string): Iterator => {
  try {
    const [arn, from, issuedAt] = JSON.parse(Buffer.from(text.split("|")[2] ?? "", "base64").toString());
    if (typeof arn === "string" && Number.isInteger(from) && typeof issuedAt === "number")
      return { arn, from, issuedAt };
  } catch {
    // Told below.
  }
  throw validationError("Invalid ShardIterator");
};

const readSequence = (parameters: Parameters): number => {
  const text = parameters.requiredString("SequenceNumber");
  if (!/^\d{21,40}$/.test(text))
    throw validationError(
      `1 validation error detected: Value '${text}' at 'sequenceNumber' failed to satisfy constraint: Member must have length greater than or equal to 21`,
    );
  return Number(text);
};

const trimmed = () =>
  new AwsError(
    "TrimmedDataAccessException",
    "The operation attempted to read past the oldest stream record in a shard.",
  );

const startOf = (parameters: Parameters, { definition, records }: Stream): number => {
  const type = parameters.requiredOneOf("ShardIteratorType", [
    "AFTER_SEQUENCE_NUMBER",
    "LATEST",
    "AT_SEQUENCE_NUMBER",
    "TRIM_HORIZON",
  ]);
  if (type === "TRIM_HORIZON") return definition.startSequence;
  if (type === "LATEST") return records.last + 1;
  const sequence = readSequence(parameters);
  const from = type === "AT_SEQUENCE_NUMBER" ? sequence : sequence + 1;
  if (from <= definition.trimmedThrough) throw trimmed();
  return from;
};

export const getShardIterator: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["StreamArn", "ShardId", "ShardIteratorType", "SequenceNumber"]);
    const stream = engine.catalog.stream(parameters.requiredString("StreamArn"));
    const shardId = parameters.requiredString("ShardId");
    if (shardId !== stream.definition.shardId)
      throw new AwsError(
        "ResourceNotFoundException",
        `Requested resource not found: Shard: ${shardId} in Stream: ${stream.definition.arn} not found`,
      );
    const from = startOf(parameters, stream);
    return { ShardIterator: encodeIterator({ arn: stream.definition.arn, from, issuedAt: engine.clock() }) };
  },
};

const wireRecord = (engine: Engine, { definition }: Stream, record: StoredRecord) => ({
  eventID: createHash("md5").update(`${definition.arn}/${record.sequence}`).digest("hex"),
  eventName: record.event,
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  awsRegion: engine.region,
  dynamodb: {
    // AWS rounds to the second.
    ApproximateCreationDateTime: Math.floor(seconds(record.createdAt)),
    Keys: JSON.parse(record.keys),
    ...(record.newImage === null ? {} : { NewImage: JSON.parse(record.newImage) }),
    ...(record.oldImage === null ? {} : { OldImage: JSON.parse(record.oldImage) }),
    SequenceNumber: formatSequence(record.sequence),
    SizeBytes: record.size,
    StreamViewType: definition.viewType,
  },
  ...(record.expired === 1 ? { userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" } } : {}),
});

export const getRecords: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["ShardIterator", "Limit"]);
    const iterator = decodeIterator(parameters.requiredString("ShardIterator"));
    const limit = parameters.integer("Limit", 1, maximumRecords) ?? maximumRecords;
    const now = engine.clock();
    if (now - iterator.issuedAt > iteratorLifetimeMs)
      throw new AwsError("ExpiredIteratorException", "The shard iterator has expired: iterators live for 15 minutes");
    const stream = engine.catalog.stream(iterator.arn);
    const rows = stream.records.read(iterator.from, now - retentionMs, limit);
    let [bytes, taken] = [0, 0];
    for (const row of rows) {
      bytes += row.size;
      if (taken > 0 && bytes > maximumAnswerBytes) break;
      taken++;
    }
    const page = rows.slice(0, taken);
    const last = page.at(-1);
    const next = last === undefined ? iterator.from : last.sequence + 1;
    // A closed shard that is read to its end has no next iterator.
    const ended = stream.definition.endedAt !== undefined && next > stream.records.last;
    return {
      Records: page.map((record) => wireRecord(engine, stream, record)),
      ...(ended ? {} : { NextShardIterator: encodeIterator({ ...iterator, from: next, issuedAt: now }) }),
    };
  },
};
