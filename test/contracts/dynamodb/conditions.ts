import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { createTable, itemAt, key, type Target } from "./target.ts";

const item: Record<string, AttributeValue> = {
  ...key("conditions", 1),
  n: { N: "5" },
  st: { S: "hello" },
  bin: { B: Uint8Array.from([1, 2, 3]) },
  yes: { BOOL: true },
  nothing: { NULL: true },
  strings: { SS: ["a", "b"] },
  numbers: { NS: ["1", "2.50"] },
  l: { L: [{ S: "x" }, { M: { deep: { N: "7" } } }] },
  m: { M: { k: { S: "v" }, "dotted.name": { S: "w" } } },
};

const values: Record<string, AttributeValue> = {
  ":five": { N: "5.0" },
  ":ten": { N: "10" },
  ":four": { N: "4" },
  ":hello": { S: "hello" },
  ":hell": { S: "hell" },
  ":ell": { S: "ell" },
  ":x": { S: "x" },
  ":a": { S: "a" },
  ":two": { N: "2.5" },
  ":N": { S: "N" },
  ":M": { S: "M" },
  ":true": { BOOL: true },
  ":seven": { N: "7" },
  ":map": { M: { "dotted.name": { S: "w" }, k: { S: "v" } } },
  ":strings": { SS: ["b", "a"] },
  ":prefix": { B: Uint8Array.from([1, 2]) },
  ":w": { S: "w" },
};

const holds = [
  "attribute_exists(p)",
  "attribute_not_exists(absent)",
  "attribute_not_exists(m.absent.deeper)",
  "attribute_exists(l[1].deep)",
  "n = :five",
  "n <> :ten",
  "n < :ten AND n > :four",
  "n <= :five AND n >= :five",
  "st <> :five",
  "absent <> :five",
  "n BETWEEN :four AND :ten",
  "n IN (:four, :five)",
  "begins_with(st, :hell)",
  "begins_with(bin, :prefix)",
  "contains(st, :ell)",
  "contains(strings, :a)",
  "contains(numbers, :two)",
  "contains(l, :x)",
  "attribute_type(n, :N)",
  "attribute_type(m, :M)",
  "size(st) = :five",
  "size(l) < :four",
  "yes = :true",
  "m = :map",
  "strings = :strings",
  "l[1].deep = :seven",
  "m.#dotted = :w",
  "NOT n = :ten",
  "n = :ten OR st = :hello",
  "(n = :ten OR st = :hello) AND attribute_exists(p)",
  "n = :five or n = :four and n = :ten",
  "not (n = :ten) AND yes = :true",
];

const fails = [
  "attribute_not_exists(p)",
  "n = :ten",
  "n = :hello",
  "st < :five",
  "absent = :five",
  "absent < :five",
  "size(n) = :five",
  "size(absent) = :five",
  "contains(m, :x)",
  "begins_with(n, :hell)",
  "n BETWEEN :hello AND :x",
  "n IN (:four, :ten)",
  "attribute_type(st, :N)",
  "l[7] = :x",
  "n = :five AND NOT st = :hello",
];

const placeholders = (expression: string) => {
  const used = Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(expression));
  return {
    ...(used.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(used) }),
    ...(expression.includes("#dotted") ? { ExpressionAttributeNames: { "#dotted": "dotted.name" } } : {}),
  };
};

/** Condition expressions, and what each kind of write does when its condition fails. */
export const conditionSuite = (target: () => Target): void => {
  describe("conditions", () => {
    let TableName: string;
    beforeAll(async () => {
      TableName = await createTable(target());
      await target().db.send(new PutItemCommand({ TableName, Item: item }));
    });

    const touch = (ConditionExpression: string) =>
      target().db.send(
        new UpdateItemCommand({
          TableName,
          Key: key("conditions", 1),
          ConditionExpression,
          ...placeholders(ConditionExpression),
        }),
      );

    it.each(holds)("%s holds", async (expression) => {
      await expect(touch(expression)).resolves.toBeDefined();
    });

    it.each(fails)("%s does not hold", async (expression) => {
      await expect(touch(expression)).rejects.toThrow(ConditionalCheckFailedException);
    });

    it("leave the item as it was when they fail, and give it back when asked", async () => {
      const before = await itemAt(target(), TableName, key("conditions", 1));
      const put = target().db.send(
        new PutItemCommand({
          TableName,
          Item: { ...key("conditions", 1), other: { S: "x" } },
          ConditionExpression: "attribute_not_exists(p)",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      await expect(put).rejects.toMatchObject({ name: "ConditionalCheckFailedException", Item: before });
      expect(await itemAt(target(), TableName, key("conditions", 1))).toEqual(before);
    });

    it("of a delete keep the item when they fail and let it go when they hold", async () => {
      const Key = key("conditions", 2);
      await target().db.send(new PutItemCommand({ TableName, Item: { ...Key, n: { N: "1" } } }));
      const remove = (ConditionExpression: string) =>
        target().db.send(new DeleteItemCommand({ TableName, Key, ConditionExpression, ReturnValues: "ALL_OLD" }));
      await expect(remove("attribute_exists(absent)")).rejects.toThrow(ConditionalCheckFailedException);
      expect((await remove("attribute_exists(n)")).Attributes).toEqual({ ...Key, n: { N: "1" } });
      expect(await itemAt(target(), TableName, Key)).toBeUndefined();
    });

    it("see no item as an empty one", async () => {
      const Key = key("conditions", 3);
      const update = (ConditionExpression: string) =>
        target().db.send(new UpdateItemCommand({ TableName, Key, ConditionExpression }));
      await expect(update("attribute_exists(p)")).rejects.toThrow(ConditionalCheckFailedException);
      await update("attribute_not_exists(p)");
      expect(await itemAt(target(), TableName, Key)).toEqual(Key);
    });
  });
};
