import {
  DeleteItemCommand,
  DescribeTableCommand,
  PutItemCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { describe, expect, it } from "vitest";
import { createTable, key, type Target } from "./target.ts";

/** Streams: what a change leaves in them, and from where they can be read. */
export const streamSuite = (target: () => Target): void => {
  describe("streams", () => {
    const streamOf = async (TableName: string) => {
      const { Table } = await target().db.send(new DescribeTableCommand({ TableName }));
      const StreamArn = Table?.LatestStreamArn ?? "";
      const { StreamDescription } = await target().streams.send(new DescribeStreamCommand({ StreamArn }));
      return { StreamArn, ShardId: StreamDescription?.Shards?.[0]?.ShardId ?? "", description: StreamDescription };
    };
    type From = Pick<GetShardIteratorCommandInput, "ShardIteratorType" | "SequenceNumber">;
    const iterator = async (TableName: string, from: From) => {
      const { StreamArn, ShardId } = await streamOf(TableName);
      const answer = await target().streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...from }));
      return answer.ShardIterator ?? "";
    };
    const records = (ShardIterator: string, Limit?: number) =>
      target().streams.send(new GetRecordsCommand({ ShardIterator, ...(Limit === undefined ? {} : { Limit }) }));

    const withChanges = async () => {
      const TableName = await createTable(target());
      const Key = key("streams", 1);
      const { db } = target();
      await db.send(new PutItemCommand({ TableName, Item: { ...Key, a: { S: "1" } } }));
      await db.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "SET a = :v",
          ExpressionAttributeValues: { ":v": { S: "2" } },
        }),
      );
      await db.send(new DeleteItemCommand({ TableName, Key }));
      return { TableName, Key };
    };

    it("hold a record of each change with both images, in order", async () => {
      const { TableName, Key } = await withChanges();
      const { Records = [] } = await records(await iterator(TableName, { ShardIteratorType: "TRIM_HORIZON" }));
      expect(Records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage, dynamodb?.NewImage])).toEqual([
        ["INSERT", undefined, { ...Key, a: { S: "1" } }],
        ["MODIFY", { ...Key, a: { S: "1" } }, { ...Key, a: { S: "2" } }],
        ["REMOVE", { ...Key, a: { S: "2" } }, undefined],
      ]);
      for (const record of Records)
        expect(record).toMatchObject({
          eventSource: "aws:dynamodb",
          eventVersion: "1.1",
          eventID: expect.any(String),
          dynamodb: {
            Keys: Key,
            StreamViewType: "NEW_AND_OLD_IMAGES",
            ApproximateCreationDateTime: expect.any(Date),
            SizeBytes: expect.any(Number),
          },
        });
      const sequence = Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
      expect([...sequence].sort()).toEqual(sequence);
      expect(new Set(sequence).size).toBe(3);
    });

    it("hold nothing of a write that changes nothing", async () => {
      const TableName = await createTable(target());
      const Item = { ...key("same", 1), a: { N: "1" } };
      await target().db.send(new PutItemCommand({ TableName, Item }));
      await target().db.send(new PutItemCommand({ TableName, Item: { a: { N: "1.0" }, ...key("same", "1.0") } }));
      await target().db.send(new DeleteItemCommand({ TableName, Key: key("absent", 1) }));
      const { Records } = await records(await iterator(TableName, { ShardIteratorType: "TRIM_HORIZON" }));
      expect(Records).toHaveLength(1);
    });

    it("can be read in parts, and go on where the last part ended", async () => {
      const { TableName } = await withChanges();
      const first = await records(await iterator(TableName, { ShardIteratorType: "TRIM_HORIZON" }), 2);
      expect(first.Records?.map(({ eventName }) => eventName)).toEqual(["INSERT", "MODIFY"]);
      const second = await records(first.NextShardIterator ?? "", 2);
      expect(second.Records?.map(({ eventName }) => eventName)).toEqual(["REMOVE"]);
      expect((await records(second.NextShardIterator ?? "")).Records).toEqual([]);
    });

    it("can be read from, and after, a sequence number", async () => {
      const { TableName } = await withChanges();
      const { Records = [] } = await records(await iterator(TableName, { ShardIteratorType: "TRIM_HORIZON" }));
      const SequenceNumber = Records[1]?.dynamodb?.SequenceNumber ?? "";
      const names = async (from: From) =>
        (await records(await iterator(TableName, from))).Records?.map(({ eventName }) => eventName);
      expect(await names({ ShardIteratorType: "AT_SEQUENCE_NUMBER", SequenceNumber })).toEqual(["MODIFY", "REMOVE"]);
      expect(await names({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber })).toEqual(["REMOVE"]);
    });

    it("read from LATEST show only what comes after", async () => {
      const { TableName, Key } = await withChanges();
      const latest = await iterator(TableName, { ShardIteratorType: "LATEST" });
      await target().db.send(new PutItemCommand({ TableName, Item: { ...Key, late: { BOOL: true } } }));
      const { Records } = await records(latest);
      expect(Records?.map(({ dynamodb }) => dynamodb?.NewImage?.["late"])).toEqual([{ BOOL: true }]);
    });

    it.each(["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"] as const)("hold the images of view type %s", async (viewType) => {
      const TableName = await createTable(target(), {
        StreamSpecification: { StreamEnabled: true, StreamViewType: viewType },
      });
      const Key = key("views", 1);
      for (const a of ["1", "2"])
        await target().db.send(new PutItemCommand({ TableName, Item: { ...Key, a: { S: a } } }));
      const { Records } = await records(await iterator(TableName, { ShardIteratorType: "TRIM_HORIZON" }));
      const image = (wanted: string, a: string) => (viewType === wanted ? { ...Key, a: { S: a } } : undefined);
      expect(Records?.[1]?.dynamodb).toMatchObject({ Keys: Key, StreamViewType: viewType });
      expect(Records?.[1]?.dynamodb?.NewImage).toEqual(image("NEW_IMAGE", "2"));
      expect(Records?.[1]?.dynamodb?.OldImage).toEqual(image("OLD_IMAGE", "1"));
    });

    it("can be switched off and on again, as another stream; the old one can still be read to its end", async () => {
      const { TableName, Key } = await withChanges();
      const before = await streamOf(TableName);
      const old = await iterator(TableName, { ShardIteratorType: "TRIM_HORIZON" });
      const { db, streams } = target();
      await db.send(new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: false } }));
      await db.send(new PutItemCommand({ TableName, Item: { ...Key, unseen: { BOOL: true } } }));
      await db.send(
        new UpdateTableCommand({
          TableName,
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
        }),
      );
      const after = await streamOf(TableName);
      expect(after.StreamArn).not.toBe(before.StreamArn);
      expect((await streams.send(new ListStreamsCommand({ TableName }))).Streams).toHaveLength(2);
      const rest = await records(old);
      expect(rest.Records).toHaveLength(3);
      expect(rest.NextShardIterator).toBeUndefined();
      expect((await records(await iterator(TableName, { ShardIteratorType: "TRIM_HORIZON" }))).Records).toEqual([]);
    });
  });
};
