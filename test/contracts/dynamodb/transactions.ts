import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { createTable, itemAt, key, refusal, type Target } from "./target.ts";

/** Transactions and batches. */
export const transactionSuite = (target: () => Target): void => {
  describe("transactions and batches", () => {
    let TableName: string;
    beforeAll(async () => {
      TableName = await createTable(target());
    });
    const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
      target().db.send(
        new TransactWriteItemsCommand({ TransactItems, ...(ClientRequestToken ? { ClientRequestToken } : {}) }),
      );

    it("write all of their items", async () => {
      await target().db.send(new PutItemCommand({ TableName, Item: { ...key("all", 3), n: { N: "1" } } }));
      await target().db.send(new PutItemCommand({ TableName, Item: key("all", 4) }));
      await transact([
        {
          Put: { TableName, Item: { ...key("all", 1), a: { S: "1" } }, ConditionExpression: "attribute_not_exists(p)" },
        },
        { Put: { TableName, Item: key("all", 2) } },
        {
          Update: {
            TableName,
            Key: key("all", 3),
            UpdateExpression: "ADD n :one",
            ExpressionAttributeValues: { ":one": { N: "1" } },
          },
        },
        { Delete: { TableName, Key: key("all", 4) } },
        { ConditionCheck: { TableName, Key: key("all", 5), ConditionExpression: "attribute_not_exists(p)" } },
      ]);
      const read = await target().db.send(
        new TransactGetItemsCommand({
          TransactItems: [1, 2, 3, 4, 5].map((s) => ({ Get: { TableName, Key: key("all", s) } })),
        }),
      );
      expect(read.Responses?.map(({ Item }) => Item)).toEqual([
        { ...key("all", 1), a: { S: "1" } },
        key("all", 2),
        { ...key("all", 3), n: { N: "2" } },
        undefined,
        undefined,
      ]);
    });

    it("write none of them when one condition fails, and say which", async () => {
      await target().db.send(new PutItemCommand({ TableName, Item: { ...key("none", 2), a: { S: "old" } } }));
      const call = transact([
        { Put: { TableName, Item: key("none", 1) } },
        {
          Put: {
            TableName,
            Item: key("none", 2),
            ConditionExpression: "attribute_not_exists(p)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
      ]);
      await expect(call).rejects.toMatchObject({
        name: "TransactionCanceledException",
        message:
          "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
        CancellationReasons: [
          { Code: "None" },
          {
            Code: "ConditionalCheckFailed",
            Message: "The conditional request failed",
            Item: { ...key("none", 2), a: { S: "old" } },
          },
        ],
      });
      expect(await itemAt(target(), TableName, key("none", 1))).toBeUndefined();
    });

    it("with a token that was used are done once, and refused with other content", async () => {
      const add = (n: string): TransactWriteItem[] => [
        {
          Update: {
            TableName,
            Key: key("token", 1),
            UpdateExpression: "ADD n :n",
            ExpressionAttributeValues: { ":n": { N: n } },
          },
        },
      ];
      const token = `token-${TableName.slice(-12)}`;
      await transact(add("1"), token);
      await transact(add("1"), token);
      expect((await itemAt(target(), TableName, key("token", 1)))?.["n"]).toEqual({ N: "1" });
      expect((await refusal(transact(add("2"), token))).name).toBe("IdempotentParameterMismatchException");
    });

    it.each([
      [
        "two writes to one item",
        (table: string): TransactWriteItem[] => [
          { Put: { TableName: table, Item: key("twice", 1) } },
          { Delete: { TableName: table, Key: key("twice", 1) } },
        ],
        "Transaction request cannot include multiple operations on one item",
      ],
      [
        "two kinds in one member",
        (table: string): TransactWriteItem[] => [
          { Put: { TableName: table, Item: key("two", 1) }, Delete: { TableName: table, Key: key("two", 2) } },
        ],
        "TransactItems can only contain one of Check, Put, Update or Delete",
      ],
    ])("refuse %s", async (_title, items, message) => {
      expect(await refusal(transact(items(TableName)))).toEqual({ name: "ValidationException", message });
    });

    it("batches write and read many items", async () => {
      const keys = Array.from({ length: 25 }, (_, index) => key("batch", index));
      await target().db.send(
        new BatchWriteItemCommand({
          RequestItems: { [TableName]: keys.map((Item) => ({ PutRequest: { Item } })) },
        }),
      );
      await target().db.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [TableName]: [
              { DeleteRequest: { Key: key("batch", 0) } },
              { PutRequest: { Item: { ...key("batch", 1), a: { S: "new" } } } },
            ],
          },
        }),
      );
      const answer = await target().db.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys, ProjectionExpression: "s, a" } } }),
      );
      const found = answer.Responses?.[TableName] ?? [];
      expect(found).toHaveLength(24);
      expect(found).toContainEqual({ s: { N: "1" }, a: { S: "new" } });
      expect(answer.UnprocessedKeys).toEqual({});
    });

    it("batches with one item twice, or too many, are refused whole", async () => {
      const twice = new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: [{ PutRequest: { Item: key("dup", 1) } }, { DeleteRequest: { Key: key("dup", 1) } }],
        },
      });
      expect(await refusal(target().db.send(twice))).toEqual({
        name: "ValidationException",
        message: "Provided list of item keys contains duplicates",
      });
      const many = Array.from({ length: 101 }, (_, index) => key("many", index));
      const read = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: many } } });
      expect(await refusal(target().db.send(read))).toEqual({
        name: "ValidationException",
        message: "Too many items requested for the BatchGetItem call",
      });
    });
  });
};
