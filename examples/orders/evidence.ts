import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { eventually } from "../../cli/client/eventually.ts";
import type { RunningStack } from "../../local/running-stack.ts";
import { decodeCommit } from "../../runtime/adapters/dynamodb/commit-item.ts";

/**
 * What the AWS APIs show of a command, read with the operator's keys as on AWS. The operator needs `dynamodb:Query` on
 * the events table, and `kinesis:ListShards`, `GetShardIterator` and `GetRecords` on the core stream.
 */
export interface Evidence {
  /** The command id in the newest item of the aggregate, or undefined when there is none. */
  storedCommandId(aggregateId: string): Promise<string | undefined>;
  /** Waits for the event in the core stream and gives the shard that held it. */
  routedShard(eventId: string, since: Date, deadlineMs: number): Promise<string>;
  close(): void;
}

export const evidence = (stack: RunningStack): Evidence => {
  const { accessKeyId, secretAccessKey } = stack;
  const config = {
    region: stack.region,
    endpoint: stack.aws,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: new NodeHttpHandler(),
  };
  const tableName = exported(stack, "eventsTableName");
  const streamName = exported(stack, "coreStreamName");
  const dynamodb = new DynamoDBClient(config);
  const kinesis = new KinesisClient(config);

  return {
    storedCommandId: async (aggregateId) => {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "aggregateId = :id",
          ExpressionAttributeValues: { ":id": { S: aggregateId } },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: 1,
        }),
      );
      return Items[0] === undefined ? undefined : decodeCommit(Items[0]).commandId;
    },

    routedShard: async (eventId, since, deadlineMs) => {
      const positions = new Map<string, string | undefined>();
      const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: streamName }));
      for (const { ShardId } of Shards) {
        const from = { ShardIteratorType: "AT_TIMESTAMP", Timestamp: since } as const;
        const { ShardIterator } = await kinesis.send(
          new GetShardIteratorCommand({ StreamName: streamName, ShardId, ...from }),
        );
        positions.set(String(ShardId), ShardIterator);
      }
      const holds = async (shardId: string, iterator: string | undefined): Promise<boolean> => {
        const { Records = [], NextShardIterator } = await kinesis.send(
          new GetRecordsCommand({ ShardIterator: iterator }),
        );
        positions.set(shardId, NextShardIterator);
        return Records.some(({ Data }) => cloudEventId(Data) === eventId);
      };
      const find = async () => {
        for (const [shardId, iterator] of positions)
          if (iterator !== undefined && (await holds(shardId, iterator))) return shardId;
        return undefined;
      };
      return eventually(find, { what: `${eventId} in the stream ${streamName}`, deadlineMs });
    },

    close: () => {
      dynamodb.destroy();
      kinesis.destroy();
    },
  };
};

const cloudEventId = (data: Uint8Array | undefined): unknown => {
  const event: unknown = JSON.parse(Buffer.from(data ?? []).toString("utf8"));
  return typeof event === "object" && event !== null && "id" in event ? event.id : undefined;
};

const exported = ({ outputs }: RunningStack, name: string): string => {
  const value = outputs[name];
  if (typeof value !== "string") throw new Error(`the program exports no ${name}; add it to index.ts`);
  return value;
};
