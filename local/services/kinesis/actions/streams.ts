import { ACCOUNT_ID, AwsError } from "../../contract.ts";
import { type Action, action, flag, integer, required, struct, text, textMap } from "../../json-parameters.ts";
import type { KinesisEngine } from "../engine.ts";
import { openShards, type Stream, uniformRanges } from "../stream.ts";
import { NAME, seconds, streamAddress, streamMode } from "./shapes.ts";
import { describeShard } from "./shards.ts";

/** What a new stream in ON_DEMAND mode has; here it keeps them, for nothing is throttled. */
const ON_DEMAND_SHARDS = 4;
const DEFAULT_RETENTION_HOURS = 24;

const common = (stream: Stream) => ({
  StreamName: stream.name,
  StreamARN: stream.arn,
  StreamStatus: "ACTIVE",
  StreamModeDetails: { StreamMode: stream.settings.mode },
  RetentionPeriodHours: stream.settings.retentionHours,
  StreamCreationTimestamp: seconds(stream.createdAt),
  EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
  EncryptionType: stream.settings.keyId === undefined ? "NONE" : "KMS",
  ...(stream.settings.keyId === undefined ? {} : { KeyId: stream.settings.keyId }),
});

const createStream: Action<KinesisEngine> = action(
  {
    StreamName: required(text(NAME)),
    ShardCount: integer(1),
    StreamModeDetails: struct({ StreamMode: required(streamMode) }),
    MaxRecordSizeInKiB: integer(1024, 10_240),
    Tags: textMap(),
  },
  (engine, input) => {
    const name = input.StreamName;
    if (engine.streams.find(name) !== undefined)
      throw new AwsError("ResourceInUseException", `Stream ${name} under account ${ACCOUNT_ID} already exists.`);
    const mode = input.StreamModeDetails?.StreamMode ?? "PROVISIONED";
    if (mode === "ON_DEMAND" && input.ShardCount !== undefined)
      throw new AwsError("ValidationException", "ShardCount cannot be specified for a stream in ON_DEMAND mode.");
    if (mode === "PROVISIONED" && input.ShardCount === undefined)
      throw new AwsError("ValidationException", "ShardCount must be specified for a stream in PROVISIONED mode.");
    engine.transaction(() => {
      const createdAt = engine.now();
      const stream = engine.streams.create(name, engine.streamArn(name), createdAt, {
        mode,
        retentionHours: DEFAULT_RETENTION_HOURS,
        maxRecordKibibytes: input.MaxRecordSizeInKiB ?? 1024,
      });
      for (const { start, end } of uniformRanges(input.ShardCount ?? ON_DEMAND_SHARDS))
        engine.streams.addShard(stream, { startHash: start, endHash: end, createdAt });
      engine.tags.add(stream.arn, input.Tags ?? {});
    });
    return {};
  },
);

const deleteStream: Action<KinesisEngine> = action(
  { ...streamAddress, EnforceConsumerDeletion: flag() },
  (engine, input) => {
    const stream = engine.streams.get(input);
    if (stream.consumers.size > 0 && input.EnforceConsumerDeletion !== true)
      throw new AwsError(
        "ResourceInUseException",
        `Stream ${stream.name} under account ${ACCOUNT_ID} has consumers registered. Deregister them first, or set EnforceConsumerDeletion.`,
      );
    engine.transaction(() => {
      for (const shard of stream.shards) engine.log.deleteShard(shard);
      engine.streams.delete(stream);
    });
    return {};
  },
);

const describeStream: Action<KinesisEngine> = action(
  { ...streamAddress, Limit: integer(1, 10_000), ExclusiveStartShardId: text({ minLength: 1, maxLength: 128 }) },
  (engine, input) => {
    const stream = engine.streams.get(input);
    const after = input.ExclusiveStartShardId ?? "";
    const rest = stream.shards.map(describeShard).filter((shard) => shard.ShardId > after);
    const page = rest.slice(0, input.Limit ?? 100);
    return { StreamDescription: { ...common(stream), Shards: page, HasMoreShards: page.length < rest.length } };
  },
);

const describeStreamSummary: Action<KinesisEngine> = action(streamAddress, (engine, input) => {
  const stream = engine.streams.get(input);
  return {
    StreamDescriptionSummary: {
      ...common(stream),
      OpenShardCount: openShards(stream).length,
      ConsumerCount: stream.consumers.size,
      MaxRecordSizeInKiB: stream.settings.maxRecordKibibytes,
    },
  };
});

const listStreams: Action<KinesisEngine> = action(
  { Limit: integer(1, 10_000), ExclusiveStartStreamName: text(NAME), NextToken: text({ minLength: 1 }) },
  (engine, input) => {
    const after = input.ExclusiveStartStreamName ?? input.NextToken ?? "";
    const rest = engine.streams.list().filter((stream) => stream.name > after);
    const page = rest.slice(0, input.Limit ?? 100);
    const more = page.length < rest.length;
    return {
      StreamNames: page.map((stream) => stream.name),
      StreamSummaries: page.map((stream) => ({
        StreamName: stream.name,
        StreamARN: stream.arn,
        StreamStatus: "ACTIVE",
        StreamModeDetails: { StreamMode: stream.settings.mode },
        StreamCreationTimestamp: seconds(stream.createdAt),
      })),
      HasMoreStreams: more,
      ...(more ? { NextToken: page.at(-1)?.name } : {}),
    };
  },
);

export const streamActions = {
  CreateStream: createStream,
  DeleteStream: deleteStream,
  DescribeStream: describeStream,
  DescribeStreamSummary: describeStreamSummary,
  ListStreams: listStreams,
};
