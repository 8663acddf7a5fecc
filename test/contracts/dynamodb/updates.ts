import { type AttributeValue, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { createTable, itemAt, key, type Target } from "./target.ts";

const start: Record<string, AttributeValue> = {
  n: { N: "5" },
  st: { S: "hello" },
  list: { L: [{ S: "x" }, { S: "y" }, { S: "z" }] },
  map: { M: { k: { S: "v" }, other: { N: "1" } } },
  strings: { SS: ["a", "b"] },
  numbers: { NS: ["1", "2"] },
};

type Case = readonly [
  expression: string,
  values: Record<string, AttributeValue> | undefined,
  changed: Record<string, AttributeValue | undefined>,
];

const cases: readonly Case[] = [
  ["SET n = n + :one", { ":one": { N: "1" } }, { n: { N: "6" } }],
  ["SET n = n - :tenth", { ":tenth": { N: "0.1" } }, { n: { N: "4.9" } }],
  ["SET a = n, n = :one", { ":one": { N: "1" } }, { a: { N: "5" }, n: { N: "1" } }],
  [
    "SET a = if_not_exists(n, :one), b = if_not_exists(absent, :one) + :one",
    { ":one": { N: "1" } },
    { a: { N: "5" }, b: { N: "2" } },
  ],
  [
    "SET #l = list_append(#l, :more)",
    { ":more": { L: [{ S: "w" }] } },
    { list: { L: [{ S: "x" }, { S: "y" }, { S: "z" }, { S: "w" }] } },
  ],
  [
    "SET #l[0] = :v, #l[9] = :later, #l[7] = :sooner",
    { ":v": { S: "first" }, ":later": { S: "later" }, ":sooner": { S: "sooner" } },
    { list: { L: [{ S: "first" }, { S: "y" }, { S: "z" }, { S: "sooner" }, { S: "later" }] } },
  ],
  [
    "SET #m.k = :v, #m.fresh = :v",
    { ":v": { S: "new" } },
    { map: { M: { k: { S: "new" }, fresh: { S: "new" }, other: { N: "1" } } } },
  ],
  ["REMOVE n, st", undefined, { n: undefined, st: undefined }],
  ["REMOVE #l[0], #l[2], #l[8]", undefined, { list: { L: [{ S: "y" }] } }],
  ["REMOVE #m.k", undefined, { map: { M: { other: { N: "1" } } } }],
  ["ADD n :one, fresh :one", { ":one": { N: "1" } }, { n: { N: "6" }, fresh: { N: "1" } }],
  ["ADD strings :more", { ":more": { SS: ["c", "a"] } }, { strings: { SS: ["a", "b", "c"] } }],
  ["ADD numbers :more", { ":more": { NS: ["10", "2.0"] } }, { numbers: { NS: ["1", "2", "10"] } }],
  ["DELETE strings :less", { ":less": { SS: ["a", "absent"] } }, { strings: { SS: ["b"] } }],
  ["DELETE strings :less", { ":less": { SS: ["a", "b"] } }, { strings: undefined }],
  ["DELETE absent :less", { ":less": { SS: ["a"] } }, {}],
  [
    "SET #l[1] = :v REMOVE #l[0] ADD n :one DELETE strings :less",
    { ":v": { S: "second" }, ":one": { N: "-5" }, ":less": { SS: ["b"] } },
    { list: { L: [{ S: "second" }, { S: "z" }] }, n: { N: "0" }, strings: { SS: ["a"] } },
  ],
  [
    "SET n = :big + :one",
    { ":big": { N: "9999999999999999999999999999999999999" }, ":one": { N: "1" } },
    { n: { N: "10000000000000000000000000000000000000" } },
  ],
];

const names = (expression: string) => {
  const used = Object.entries({ "#l": "list", "#m": "map" }).filter(([name]) => expression.includes(name));
  return used.length === 0 ? {} : { ExpressionAttributeNames: Object.fromEntries(used) };
};

/** Update expressions and what an update gives back. */
export const updateSuite = (target: () => Target): void => {
  describe("updates", () => {
    let TableName: string;
    let next = 0;
    beforeAll(async () => {
      TableName = await createTable(target());
    });

    const fresh = async () => {
      const Key = key("updates", ++next);
      await target().db.send(new PutItemCommand({ TableName, Item: { ...Key, ...start } }));
      return Key;
    };

    it.each(cases)("%s", async (UpdateExpression, values, changed) => {
      const Key = await fresh();
      const answer = await target().db.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression,
          ...names(UpdateExpression),
          ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
          ReturnValues: "ALL_NEW",
        }),
      );
      const expected = Object.fromEntries(
        Object.entries({ ...Key, ...start, ...changed }).filter(([, value]) => value !== undefined),
      );
      expect(answer.Attributes).toEqual(expected);
      expect(await itemAt(target(), TableName, Key)).toEqual(expected);
    });

    it("give back what was asked for: all or the touched attributes, before or after", async () => {
      const update = async (ReturnValues: "ALL_OLD" | "UPDATED_OLD" | "UPDATED_NEW" | "NONE") => {
        const Key = await fresh();
        const answer = await target().db.send(
          new UpdateItemCommand({
            TableName,
            Key,
            UpdateExpression: "SET n = :v, fresh = :v REMOVE st",
            ExpressionAttributeValues: { ":v": { N: "9" } },
            ReturnValues,
          }),
        );
        return { Key, attributes: answer.Attributes };
      };
      const all = await update("ALL_OLD");
      expect(all.attributes).toEqual({ ...all.Key, ...start });
      expect((await update("UPDATED_OLD")).attributes).toEqual({ n: { N: "5" }, st: { S: "hello" } });
      expect((await update("UPDATED_NEW")).attributes).toEqual({ n: { N: "9" }, fresh: { N: "9" } });
      expect((await update("NONE")).attributes).toBeUndefined();
    });

    it("of a nested attribute give back that part alone", async () => {
      const answer = await target().db.send(
        new UpdateItemCommand({
          TableName,
          Key: await fresh(),
          UpdateExpression: "SET #m.k = :v",
          ExpressionAttributeNames: { "#m": "map" },
          ExpressionAttributeValues: { ":v": { S: "new" } },
          ReturnValues: "UPDATED_NEW",
        }),
      );
      // DynamoDB Local gives the whole map; AWS the changed part: https://github.com/getmoto/moto/issues/2798
      const other = target().kind === "ours" ? {} : { other: { N: "1" } };
      expect(answer.Attributes).toEqual({ map: { M: { k: { S: "new" }, ...other } } });
    });

    it("of an item that does not exist create it, with its key alone when nothing is set", async () => {
      const Key = key("created", 1);
      await target().db.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: "REMOVE absent" }));
      expect(await itemAt(target(), TableName, Key)).toEqual(Key);
    });
  });
};
