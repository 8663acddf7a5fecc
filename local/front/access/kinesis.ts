import type { AccessTable } from "../call.ts";
import { arn, asObject, one } from "./arns.ts";

const STREAM_ACTIONS = new Set([
  "AddTagsToStream",
  "CreateStream",
  "DecreaseStreamRetentionPeriod",
  "DeleteStream",
  "DescribeStream",
  "DescribeStreamSummary",
  "GetShardIterator",
  "IncreaseStreamRetentionPeriod",
  "ListShards",
  "ListStreamConsumers",
  "ListTagsForStream",
  "MergeShards",
  "PutRecord",
  "PutRecords",
  "RegisterStreamConsumer",
  "RemoveTagsFromStream",
  "SplitShard",
  "StartStreamEncryption",
  "StopStreamEncryption",
  "UpdateShardCount",
  "UpdateStreamMode",
]);

export const kinesisAccess: AccessTable = async ({ action, input, streamArn = "*" }, { region, kinesis }) => {
  const permission = `kinesis:${action}`;
  if (STREAM_ACTIONS.has(action)) {
    const { StreamARN, StreamName } = input;
    return one(permission, String(StreamARN ?? arn("kinesis", region, `stream/${String(StreamName)}`)));
  }
  switch (action) {
    case "GetRecords":
      return one(permission, streamArn);
    case "DescribeStreamConsumer":
    case "DeregisterStreamConsumer":
    case "SubscribeToShard": {
      if (input["ConsumerARN"] !== undefined) return one(permission, String(input["ConsumerARN"]));
      const { StreamARN, ConsumerName } = input;
      const found = await kinesis.call("DescribeStreamConsumer", { StreamARN, ConsumerName });
      return one(permission, String(asObject(found["ConsumerDescription"])["ConsumerARN"]));
    }
    case "ListStreams":
    case "DescribeLimits":
      return one(permission, "*");
    case "TagResource":
    case "UntagResource":
    case "ListTagsForResource":
      return one(permission, String(input["ResourceARN"]));
    default:
      return undefined;
  }
};
