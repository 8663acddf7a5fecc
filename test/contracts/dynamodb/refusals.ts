import {
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { conditions, type Message, puts, queries, updates, type Values } from "./refusal-cases.ts";
import { createTable, key, refusal, type Target } from "./target.ts";

/** Refusals, each with AWS's code and message. */
export const refusalSuite = (target: () => Target): void => {
  describe("refusals", () => {
    let TableName: string;
    beforeAll(async () => {
      TableName = await createTable(target());
      await target().db.send(new PutItemCommand({ TableName, Item: { ...key("a", 1), st: { S: "x" } } }));
    });
    const wording = (message: Message) =>
      typeof message === "string" ? message : target().kind === "ours" ? message.aws : message.local;
    // DynamoDB Local also words a number that is none in its own way, wherever it stands.
    const localNumbers = (message: string) =>
      target().kind === "ours"
        ? message
        : message.replace(
            /The parameter cannot be converted to a numeric value: \w+/,
            "A value provided cannot be converted into a number",
          );
    const optional = (values: Values | undefined) =>
      values === undefined ? {} : { ExpressionAttributeValues: values };

    const put = (input: Partial<PutItemCommandInput>) =>
      target().db.send(new PutItemCommand({ TableName, Item: key("a", 1), ...input }));
    const change = (input: Partial<UpdateItemCommandInput>) =>
      target().db.send(new UpdateItemCommand({ TableName, Key: key("a", 1), ...input }));
    const get = (input: Partial<GetItemCommandInput>) =>
      target().db.send(new GetItemCommand({ TableName, Key: key("a", 1), ...input }));
    const query = (input: Partial<QueryCommandInput>) => target().db.send(new QueryCommand({ TableName, ...input }));

    it.each(conditions)("of the condition %j", async (ConditionExpression, values, message) => {
      const answer = await refusal(put({ ConditionExpression, ...optional(values) }));
      expect(answer).toEqual({ name: "ValidationException", message: localNumbers(message) });
    });

    it.each(updates)("of the update %j", async (UpdateExpression, values, message) => {
      const answer = await refusal(change({ UpdateExpression, ...optional(values) }));
      expect(answer).toEqual({ name: "ValidationException", message });
    });

    it.each(puts)("of an item with %s", async (_title, Item, message) => {
      expect(await refusal(put({ Item }))).toEqual({ name: "ValidationException", message: wording(message) });
    });

    it.each(queries)("of the key condition %s", async (KeyConditionExpression, values, message) => {
      const answer = await refusal(query({ KeyConditionExpression, ...optional(values) }));
      expect(answer).toEqual({ name: "ValidationException", message: wording(message) });
    });

    const partial: Message = {
      aws: "The provided key element does not match the schema",
      local: "The number of conditions on the keys is invalid",
    };
    it.each([
      ["a key that lacks a part", { Key: { p: { S: "a" } } }, partial],
      ["a key with one attribute too many", { Key: { ...key("a", 1), x: { S: "x" } } }, partial],
      [
        "overlapping projections",
        { ProjectionExpression: "l, l[0]" },
        "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [l], path two: [l, [0]]",
      ],
    ] satisfies readonly (readonly [string, Partial<GetItemCommandInput>, Message])[])(
      "of a get with %s",
      async (_title, input, message) => {
        expect(await refusal(get(input))).toEqual({ name: "ValidationException", message: wording(message) });
      },
    );

    it("of a table that does not exist", async () => {
      expect(await refusal(get({ TableName: "no-such-table" }))).toEqual({
        name: "ResourceNotFoundException",
        message: wording({
          aws: "Requested resource not found",
          local: "Cannot do operations on a non-existent table",
        }),
      });
    });

    it("of what an index cannot answer", async () => {
      const onIndex = {
        IndexName: "keysOnly",
        KeyConditionExpression: "g = :v",
        ExpressionAttributeValues: { ":v": { S: "x" } },
      };
      expect((await refusal(query({ ...onIndex, ConsistentRead: true }))).message).toBe(
        wording({
          aws: "Consistent reads are not supported on global secondary indexes",
          local: "Consistent read cannot be true when querying a GSI",
        }),
      );
      expect((await refusal(query({ ...onIndex, ProjectionExpression: "extra" }))).message).toBe(
        "One or more parameter values were invalid: Global secondary index keysOnly does not project [extra]",
      );
      expect((await refusal(query({ ...onIndex, IndexName: "no-such-index" }))).message).toBe(
        "The table does not have the specified index: no-such-index",
      );
    });
  });
};
