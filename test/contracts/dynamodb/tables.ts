import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { createTable, key, refusal, type Target } from "./target.ts";

/** The control plane: tables, indexes that come and go, time to live, deletion protection. */
export const tableSuite = (target: () => Target): void => {
  describe("tables", () => {
    it("are described as they were created", async () => {
      const TableName = await createTable(target());
      const { Table } = await target().db.send(new DescribeTableCommand({ TableName }));
      expect(Table).toMatchObject({
        TableName,
        TableStatus: "ACTIVE",
        KeySchema: [
          { AttributeName: "p", KeyType: "HASH" },
          { AttributeName: "s", KeyType: "RANGE" },
        ],
        BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
        LatestStreamArn: expect.stringMatching(/:table\/.*\/stream\/\d{4}-/),
        ItemCount: 0,
        CreationDateTime: expect.any(Date),
      });
      const indexes = Object.fromEntries(
        (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, Projection, IndexStatus }) => [
          IndexName,
          [Projection?.ProjectionType, Projection?.NonKeyAttributes, IndexStatus],
        ]),
      );
      expect(indexes).toEqual({
        keysOnly: ["KEYS_ONLY", undefined, "ACTIVE"],
        including: ["INCLUDE", ["extra"], "ACTIVE"],
        everything: ["ALL", undefined, "ACTIVE"],
      });
    });

    it("are listed by name, page by page", async () => {
      const names = [await createTable(target()), await createTable(target()), await createTable(target())].sort();
      const listed: string[] = [];
      let start: string | undefined;
      do {
        const page = await target().db.send(
          new ListTablesCommand({ Limit: 2, ...(start === undefined ? {} : { ExclusiveStartTableName: start }) }),
        );
        listed.push(...(page.TableNames ?? []));
        start = page.LastEvaluatedTableName;
      } while (start !== undefined);
      expect(listed.filter((name) => names.includes(name))).toEqual(names);
    });

    it("cannot be created twice, nor without a throughput, nor with a key that is not declared", async () => {
      const TableName = await createTable(target());
      const create = (overrides: object) =>
        refusal(
          target().db.send(
            new CreateTableCommand({
              TableName,
              KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
              AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
              BillingMode: "PAY_PER_REQUEST",
              ...overrides,
            }),
          ),
        );
      expect((await create({})).name).toBe("ResourceInUseException");
      expect((await create({ TableName: "x".repeat(5), BillingMode: "PROVISIONED" })).name).toBe("ValidationException");
      const undeclared = { KeySchema: [{ AttributeName: "q", KeyType: "HASH" }] };
      expect((await create({ TableName: "y".repeat(5), ...undeclared })).name).toBe("ValidationException");
    });

    it("can get an index later, filled with the items that are there, and lose it again", async () => {
      const TableName = await createTable(target());
      const { db } = target();
      await db.send(new PutItemCommand({ TableName, Item: { ...key("later", 1), h: { S: "here" } } }));
      await db.send(new PutItemCommand({ TableName, Item: key("later", 2) }));
      await db.send(
        new UpdateTableCommand({
          TableName,
          AttributeDefinitions: [{ AttributeName: "h", AttributeType: "S" }],
          GlobalSecondaryIndexUpdates: [
            {
              Create: {
                IndexName: "later",
                KeySchema: [{ AttributeName: "h", KeyType: "HASH" }],
                Projection: { ProjectionType: "ALL" },
              },
            },
          ],
        }),
      );
      const query = new QueryCommand({
        TableName,
        IndexName: "later",
        KeyConditionExpression: "h = :h",
        ExpressionAttributeValues: { ":h": { S: "here" } },
      });
      await expect
        .poll(
          () =>
            db.send(query).then(
              ({ Items }) => Items,
              () => undefined,
            ),
          { timeout: 15_000 },
        )
        .toEqual([{ ...key("later", 1), h: { S: "here" } }]);
      await db.send(
        new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "later" } }] }),
      );
      await expect
        .poll(
          () =>
            refusal(db.send(query)).then(
              ({ name }) => name,
              () => undefined,
            ),
          { timeout: 15_000 },
        )
        .toBe("ValidationException");
    });

    it("are protected from deletion until the protection is taken away, and gone afterwards", async () => {
      const TableName = await createTable(target(), { DeletionProtectionEnabled: true });
      const { db } = target();
      expect(await refusal(db.send(new DeleteTableCommand({ TableName })))).toEqual({
        name: "ValidationException",
        message:
          "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
      });
      await db.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
      await db.send(new DeleteTableCommand({ TableName }));
      expect((await refusal(db.send(new DescribeTableCommand({ TableName })))).name).toBe("ResourceNotFoundException");
      await createTable(target(), { TableName });
    });

    it("know their time-to-live attribute", async () => {
      const TableName = await createTable(target());
      const { db } = target();
      const describeTtl = async () =>
        (await db.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
      const set = (AttributeName: string, Enabled: boolean) =>
        db.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled } }));
      expect(await describeTtl()).toEqual({ TimeToLiveStatus: "DISABLED" });
      await set("expires", true);
      expect(await describeTtl()).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expires" });
      expect(await refusal(set("expires", true))).toEqual({
        name: "ValidationException",
        message: "TimeToLive is already enabled",
      });
      expect((await refusal(set("other", true))).name).toBe("ValidationException");
    });
  });
};
