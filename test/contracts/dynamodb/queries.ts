import {
  type AttributeValue,
  BatchWriteItemCommand,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { createTable, key, type Target } from "./target.ts";

const sortKeys = ["-20", "-3.5", "-3", "-0.001", "0", "0.5", "1", "2", "9.99", "10", "100", "1E20"];
const plain = (text: string) => (text === "1E20" ? `1${"0".repeat(20)}` : text);

const byTexts = ["", "\u0001", "A", "a", "aa", "ab", "abc", "b", "z", "é", "￿", "\u{1F600}"].slice(1);

/** Query and Scan: order, ranges, filters, projections, pages, indexes. */
export const querySuite = (target: () => Target): void => {
  describe("queries", () => {
    let TableName: string;
    beforeAll(async () => {
      TableName = await createTable(target());
      const puts = sortKeys.map((s, index) => ({
        PutRequest: {
          Item: {
            ...key("numbers", s),
            extra: { S: `e${index}` },
            body: { S: "x".repeat(10) },
            ...(index % 2 === 0 ? { g: { S: "even" }, t: { S: `t${String(index).padStart(2, "0")}` } } : {}),
          },
        },
      }));
      await target().db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
    });

    const query = async (input: Partial<QueryCommandInput> & { values?: Record<string, AttributeValue> }) => {
      const { values, ...rest } = input;
      return target().db.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "p = :p",
          ExpressionAttributeValues: { ":p": { S: "numbers" }, ...values },
          ...rest,
        }),
      );
    };
    const sortValues = (items: readonly Record<string, AttributeValue>[] | undefined) =>
      (items ?? []).map((item) => item["s"]?.N);

    it("answer in the order of numbers, either way", async () => {
      const forward = await query({});
      expect(sortValues(forward.Items)).toEqual(sortKeys.map(plain));
      expect(forward).toMatchObject({ Count: 12, ScannedCount: 12 });
      expect(sortValues((await query({ ScanIndexForward: false })).Items)).toEqual(sortKeys.map(plain).reverse());
    });

    it.each([
      ["s = :a", { ":a": { N: "10.0" } }, ["10"]],
      ["s < :a", { ":a": { N: "-3" } }, ["-20", "-3.5"]],
      ["s <= :a", { ":a": { N: "-3" } }, ["-20", "-3.5", "-3"]],
      ["s > :a", { ":a": { N: "9.99" } }, ["10", "100", plain("1E20")]],
      [":a <= s", { ":a": { N: "100" } }, ["100", plain("1E20")]],
      ["s BETWEEN :a AND :b", { ":a": { N: "-1" }, ":b": { N: "1" } }, ["-0.001", "0", "0.5", "1"]],
    ] as const)("take the range %s", async (range, values, expected) => {
      const answer = await query({ KeyConditionExpression: `p = :p AND ${range}`, values });
      expect(sortValues(answer.Items)).toEqual(expected);
    });

    it("count what the filter lets through, and what was read", async () => {
      const filtered = { FilterExpression: "begins_with(extra, :e)", values: { ":e": { S: "e1" } } };
      expect(await query({ ...filtered, Select: "COUNT" })).toMatchObject({ Count: 3, ScannedCount: 12 });
      expect(sortValues((await query(filtered)).Items)).toEqual(["-3.5", "100", plain("1E20")]);
    });

    it("give back the projected attributes alone", async () => {
      const answer = await query({ ProjectionExpression: "s, extra", Limit: 1 });
      expect(answer.Items).toEqual([{ s: { N: "-20" }, extra: { S: "e0" } }]);
    });

    it.each([true, false])("page through by their last key, forward %s", async (ScanIndexForward) => {
      const seen: (string | undefined)[] = [];
      const pages = paginateQuery(
        { client: target().db, pageSize: 5 },
        {
          TableName,
          KeyConditionExpression: "p = :p",
          ExpressionAttributeValues: { ":p": { S: "numbers" } },
          ScanIndexForward,
        },
      );
      for await (const page of pages) seen.push(...sortValues(page.Items));
      const expected = sortKeys.map(plain);
      expect(seen).toEqual(ScanIndexForward ? expected : expected.reverse());
    });

    it("name a last key when the limit ends with the last item, none when they run out before", async () => {
      expect((await query({ Limit: 12 })).LastEvaluatedKey).toEqual(key("numbers", plain("1E20")));
      expect((await query({ Limit: 13 })).LastEvaluatedKey).toBeUndefined();
    });

    it("go on after a key that no longer exists", async () => {
      const answer = await query({ ExclusiveStartKey: key("numbers", "9.995"), Limit: 1 });
      expect(sortValues(answer.Items)).toEqual(["10"]);
    });

    it("on an index see only items that have its key, with what it projects", async () => {
      const onIndex = (IndexName: string, KeyConditionExpression: string, value: string) =>
        target().db.send(
          new QueryCommand({
            TableName,
            IndexName,
            KeyConditionExpression,
            ExpressionAttributeValues: { ":v": { S: value } },
          }),
        );
      const keysOnly = await onIndex("keysOnly", "g = :v", "even");
      expect(keysOnly.Items?.map((item) => item["t"]?.S)).toEqual(["t00", "t02", "t04", "t06", "t08", "t10"]);
      expect(keysOnly.Items?.[0]).toEqual({ ...key("numbers", -20), g: { S: "even" }, t: { S: "t00" } });
      const including = await onIndex("including", "t = :v", "t02");
      expect(including.Items).toEqual([{ ...key("numbers", -3), t: { S: "t02" }, extra: { S: "e2" } }]);
      const everything = await onIndex("everything", "g = :v", "even");
      expect(everything.Items).toHaveLength(6);
      expect(everything.Items?.[0]?.["body"]).toEqual({ S: "x".repeat(10) });
    });

    it("page through an index with keys of index and table", async () => {
      const page = (ExclusiveStartKey?: Record<string, AttributeValue>) =>
        target().db.send(
          new QueryCommand({
            TableName,
            IndexName: "keysOnly",
            KeyConditionExpression: "g = :v AND t > :t",
            ExpressionAttributeValues: { ":v": { S: "even" }, ":t": { S: "t00" } },
            Limit: 3,
            ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
          }),
        );
      const first = await page();
      expect(Object.keys(first.LastEvaluatedKey ?? {}).sort()).toEqual(["g", "p", "s", "t"]);
      const second = await page(first.LastEvaluatedKey);
      expect(second.Items?.map((item) => item["t"]?.S)).toEqual(["t08", "t10"]);
      expect(second.LastEvaluatedKey).toBeUndefined();
    });

    it("order texts by their UTF-8 bytes and find them by their beginning", async () => {
      const texts = await createTable(target(), {
        KeySchema: [
          { AttributeName: "p", KeyType: "HASH" },
          { AttributeName: "r", KeyType: "RANGE" },
        ],
        AttributeDefinitions: [
          { AttributeName: "p", AttributeType: "S" },
          { AttributeName: "r", AttributeType: "S" },
        ],
        GlobalSecondaryIndexes: undefined,
      });
      const put = (r: string) => ({ PutRequest: { Item: { p: { S: "texts" }, r: { S: r } } } });
      await target().db.send(new BatchWriteItemCommand({ RequestItems: { [texts]: [...byTexts].reverse().map(put) } }));
      const read = async (range: string, values: Record<string, AttributeValue>) => {
        const answer = await target().db.send(
          new QueryCommand({
            TableName: texts,
            KeyConditionExpression: `p = :p${range}`,
            ExpressionAttributeValues: { ":p": { S: "texts" }, ...values },
          }),
        );
        return answer.Items?.map((item) => item["r"]?.S);
      };
      expect(await read("", {})).toEqual(byTexts);
      expect(await read(" AND begins_with(r, :b)", { ":b": { S: "a" } })).toEqual(["a", "aa", "ab", "abc"]);
      expect(await read(" AND begins_with(r, :b)", { ":b": { S: "￿" } })).toEqual(["￿"]);
    });

    it("end a page at a megabyte", async () => {
      const big = (s: number) => ({ PutRequest: { Item: { ...key("big", s), body: { S: "x".repeat(300_000) } } } });
      const items = [1, 2, 3, 4, 5].map(big);
      await target().db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: items } }));
      const first = await query({ values: { ":p": { S: "big" } } });
      expect(sortValues(first.Items)).toEqual(["1", "2", "3", "4"]);
      const start = first.LastEvaluatedKey;
      const second = await query({ values: { ":p": { S: "big" } }, ...(start ? { ExclusiveStartKey: start } : {}) });
      expect(sortValues(second.Items)).toEqual(["5"]);
      expect(second.LastEvaluatedKey).toBeUndefined();
    });

    it("by scan see every item once, in segments too", async () => {
      const scan = async (segments: number) => {
        const seen: string[] = [];
        for (let Segment = 0; Segment < segments; Segment++) {
          let start: Record<string, AttributeValue> | undefined;
          do {
            const page = await target().db.send(
              new ScanCommand({
                TableName,
                Segment,
                TotalSegments: segments,
                Limit: 4,
                ProjectionExpression: "p, s",
                ...(start === undefined ? {} : { ExclusiveStartKey: start }),
              }),
            );
            seen.push(...(page.Items ?? []).map((item) => `${item["p"]?.S}/${item["s"]?.N}`));
            start = page.LastEvaluatedKey;
          } while (start !== undefined);
        }
        return seen.sort();
      };
      const all = [...sortKeys.map((s) => `numbers/${plain(s)}`), ...[1, 2, 3, 4, 5].map((s) => `big/${s}`)].sort();
      expect(await scan(1)).toEqual(all);
      expect(await scan(3)).toEqual(all);
    });
  });
};
