import { ACCOUNT_ID, AwsError } from "../../contract.ts";
import { type Action, action, integer, oneOf, required, text, timestamp } from "../../json-parameters.ts";
import type { KinesisEngine } from "../engine.ts";
import { positionOf, sequenceNumber } from "../sequence-number.ts";
import { decodeIterator, encodeIterator } from "../shard-iterator.ts";
import { findShard, isOpen, type Shard, type Stream, shardId } from "../stream.ts";
import { seconds, streamAddress } from "./shapes.ts";

const iteratorShape = {
  ...streamAddress,
  ShardId: required(text({ minLength: 1, maxLength: 128, pattern: /^[a-zA-Z0-9_.-]+$/ })),
  ShardIteratorType: required(
    oneOf("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"),
  ),
  StartingSequenceNumber: text({ pattern: /^(0|[1-9]\d{0,128})$/ }),
  Timestamp: timestamp(),
};

const getShardIterator: Action<KinesisEngine> = action(iteratorShape, (engine, input) => {
  const stream = engine.streams.get(input);
  const shard = findShard(stream, input.ShardId, ACCOUNT_ID);
  const type = input.ShardIteratorType;
  const refuse = (message: string) => new AwsError("InvalidArgumentException", message);
  const fromNumber = (): number => {
    if (input.StartingSequenceNumber === undefined)
      throw refuse(`Must either specify timestamp or startingSequenceNumber for iterator type ${type}`);
    return positionOf(input.StartingSequenceNumber, shard);
  };
  const fromTimestamp = (): number => {
    if (input.Timestamp === undefined)
      throw refuse(`Must specify timestampInMillis parameter for iterator of type ${type}.`);
    const instant = input.Timestamp * 1000;
    if (instant > engine.now())
      throw refuse(
        `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${instant}, currentTimestampInMillis: ${engine.now()}`,
      );
    return engine.log.positionAt(shard, instant);
  };
  const start = {
    TRIM_HORIZON: () => 0,
    LATEST: () => shard.next,
    AT_SEQUENCE_NUMBER: fromNumber,
    AFTER_SEQUENCE_NUMBER: () => fromNumber() + 1,
    AT_TIMESTAMP: fromTimestamp,
  };
  const place = { shardKey: shard.key, position: start[type](), issuedAt: engine.now() };
  return { ShardIterator: encodeIterator(place) };
});

const childrenOf = (stream: Stream, shard: Shard) =>
  stream.shards
    .filter((child) => child.parent === shard.index || child.adjacentParent === shard.index)
    .map((child) => ({
      ShardId: shardId(child.index),
      ParentShards: [child.parent, child.adjacentParent].filter((index) => index !== undefined).map(shardId),
      HashKeyRange: { StartingHashKey: String(child.startHash), EndingHashKey: String(child.endHash) },
    }));

const getRecords: Action<KinesisEngine> = action(
  {
    ShardIterator: required(text({ minLength: 1, maxLength: 512 })),
    Limit: integer(1, 10_000),
    StreamARN: streamAddress.StreamARN,
  },
  (engine, input) => {
    const now = engine.now();
    const place = decodeIterator(input.ShardIterator, now);
    const found = engine.streams.shardByKey(place.shardKey);
    if (found === undefined)
      throw new AwsError("ResourceNotFoundException", "The stream or shard of this iterator no longer exists.");
    const { stream, shard } = found;
    const records = engine.log.read(shard, place.position, engine.horizon(stream), input.Limit ?? 10_000);
    const last = records.at(-1);
    const position = last === undefined ? place.position : last.position + 1;
    const drained = position >= shard.next;
    const ended = drained && !isOpen(shard);
    return {
      Records: records.map((record) => ({
        SequenceNumber: sequenceNumber(shard, record.position),
        ApproximateArrivalTimestamp: seconds(record.arrivedAt),
        Data: Buffer.from(record.data).toString("base64"),
        PartitionKey: record.partitionKey,
        EncryptionType: stream.settings.keyId === undefined ? "NONE" : "KMS",
      })),
      ...(ended
        ? { ChildShards: childrenOf(stream, shard) }
        : { NextShardIterator: encodeIterator({ shardKey: shard.key, position, issuedAt: now }) }),
      MillisBehindLatest: drained || last === undefined ? 0 : Math.max(0, now - last.arrivedAt),
    };
  },
);

export const getActions = { GetShardIterator: getShardIterator, GetRecords: getRecords };
