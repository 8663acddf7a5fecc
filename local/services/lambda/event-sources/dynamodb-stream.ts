import type { DynamoDbService } from "../../contract.ts";
import type { Shard, Stream, StreamRecord } from "./stream.ts";
import { listOf, member, numberOf, textOf } from "./wire.ts";

/** A table's stream. */
export const dynamoDbStream = (dynamodb: DynamoDbService, streamArn: string): Stream => ({
  streamArn,
  batchInfoKey: "DDBStreamBatchInfo",
  async shards() {
    const found: Shard[] = [];
    let from: string | undefined;
    do {
      const input = { StreamArn: streamArn, ...(from === undefined ? {} : { ExclusiveStartShardId: from }) };
      const description = member(await dynamodb.call("DescribeStream", input), "StreamDescription");
      for (const shard of listOf(description, "Shards")) {
        const parent = textOf(shard, "ParentShardId");
        found.push({ shardId: textOf(shard, "ShardId") ?? "", parentShardIds: parent === undefined ? [] : [parent] });
      }
      from = textOf(description, "LastEvaluatedShardId");
    } while (from !== undefined);
    return found;
  },
  async iterator(shardId, position) {
    const input = {
      StreamArn: streamArn,
      ShardId: shardId,
      ShardIteratorType: position.type,
      ...(position.type === "AFTER_SEQUENCE_NUMBER" ? { SequenceNumber: position.sequenceNumber } : {}),
    };
    return textOf(await dynamodb.call("GetShardIterator", input), "ShardIterator") ?? "";
  },
  async read(_shardId, iterator, limit) {
    // The stream's own limit for one call.
    const input = { ShardIterator: iterator, Limit: Math.min(limit, 1_000) };
    const answer = await dynamodb.call("GetRecords", input);
    const records = listOf(answer, "Records").map((record) => toRecord(record, streamArn));
    return { records, next: textOf(answer, "NextShardIterator") };
  },
  onRecords: (listener) =>
    dynamodb.onRecords((source) => {
      if (source.streamArn === streamArn) listener(source.shardId);
    }),
});

const toRecord = (record: unknown, eventSourceARN: string): StreamRecord => {
  const change = member(record, "dynamodb");
  const identity = member(record, "userIdentity");
  const event = {
    ...(record as Record<string, unknown>),
    // The stream's API writes these two in capitals, Lambda does not.
    ...(identity === undefined
      ? {}
      : { userIdentity: { type: textOf(identity, "Type"), principalId: textOf(identity, "PrincipalId") } }),
    eventSourceARN,
  };
  return {
    sequenceNumber: textOf(change, "SequenceNumber") ?? "",
    arrivedAt: (numberOf(change, "ApproximateCreationDateTime") ?? 0) * 1000,
    // DynamoDB keeps the order of changes to one item, and so does Lambda with concurrent batches.
    orderKey: JSON.stringify(member(change, "Keys")),
    json: JSON.stringify(event),
    filterView: () => event,
  };
};
