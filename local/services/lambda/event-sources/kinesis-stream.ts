import type { KinesisService } from "../../contract.ts";
import { decodeJson } from "./decode-json.ts";
import type { Shard, Stream, StreamRecord } from "./stream.ts";
import { listOf, numberOf, textOf } from "./wire.ts";

export interface KinesisSource {
  /** The ARN of the mapping: a stream's, or that of one of its consumers. */
  readonly eventSourceArn: string;
  readonly invokeIdentityArn: string;
  readonly region: string;
}

/** The stream of a stream's or a consumer's ARN. */
export const kinesisStreamArn = (eventSourceArn: string): string => eventSourceArn.replace(/\/consumer\/.*$/, "");

/** A Kinesis stream. A consumer reads the same records in the same way: in one process there is nothing to fan out. */
export const kinesisStream = (kinesis: KinesisService, source: KinesisSource): Stream => {
  const streamArn = kinesisStreamArn(source.eventSourceArn);
  return {
    streamArn,
    batchInfoKey: "KinesisBatchInfo",
    async shards() {
      const found: Shard[] = [];
      let nextToken: string | undefined;
      do {
        const input = nextToken === undefined ? { StreamARN: streamArn } : { NextToken: nextToken };
        const answer = await kinesis.call("ListShards", input);
        for (const shard of listOf(answer, "Shards")) {
          const parents = [textOf(shard, "ParentShardId"), textOf(shard, "AdjacentParentShardId")];
          found.push({
            shardId: textOf(shard, "ShardId") ?? "",
            parentShardIds: parents.filter((parent) => parent !== undefined),
          });
        }
        nextToken = textOf(answer, "NextToken");
      } while (nextToken !== undefined);
      return found;
    },
    async iterator(shardId, position) {
      const input = {
        StreamARN: streamArn,
        ShardId: shardId,
        ShardIteratorType: position.type,
        ...(position.type === "AFTER_SEQUENCE_NUMBER" ? { StartingSequenceNumber: position.sequenceNumber } : {}),
        ...(position.type === "AT_TIMESTAMP" ? { Timestamp: Date.parse(position.timestamp) / 1000 } : {}),
      };
      return textOf(await kinesis.call("GetShardIterator", input), "ShardIterator") ?? "";
    },
    async read(shardId, iterator, limit) {
      const answer = await kinesis.call("GetRecords", { ShardIterator: iterator, Limit: Math.min(limit, 10_000) });
      const records = listOf(answer, "Records").map((record) => toRecord(record, shardId, source));
      return { records, next: textOf(answer, "NextShardIterator") };
    },
    onRecords: (listener) =>
      kinesis.onRecords((announced) => {
        if (announced.streamArn === streamArn) listener(announced.shardId);
      }),
  };
};

const toRecord = (record: unknown, shardId: string, source: KinesisSource): StreamRecord => {
  const sequenceNumber = textOf(record, "SequenceNumber") ?? "";
  const arrival = numberOf(record, "ApproximateArrivalTimestamp") ?? 0;
  const kinesis = {
    kinesisSchemaVersion: "1.0",
    partitionKey: textOf(record, "PartitionKey") ?? "",
    sequenceNumber,
    data: textOf(record, "Data") ?? "",
    approximateArrivalTimestamp: arrival,
  };
  return {
    sequenceNumber,
    arrivedAt: arrival * 1000,
    orderKey: kinesis.partitionKey,
    json: JSON.stringify({
      kinesis,
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${shardId}:${sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: source.invokeIdentityArn,
      awsRegion: source.region,
      eventSourceARN: source.eventSourceArn,
    }),
    filterView: () => ({ ...kinesis, data: decodeJson(Buffer.from(kinesis.data, "base64").toString("utf8")) }),
  };
};
