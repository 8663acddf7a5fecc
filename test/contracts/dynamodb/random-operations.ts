import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { sorted } from "./canonical.ts";
import { key } from "./target.ts";

/** One call, for whatever table it is sent to; it answers what is to be the same on both engines. */
export interface Step {
  readonly title: string;
  readonly run: (db: DynamoDBClient, TableName: string) => Promise<unknown>;
}

const keys = fc.record({ p: fc.constantFrom("a", "b"), s: fc.constantFrom("-1", "0", "1", "2.5", "10") });
// Plain notation only: DynamoDB Local keeps exponents of numbers nested in an item that a transaction puts.
const numberText = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.integer({ min: -99_999, max: 99_999 }).map((thousandths) => String(thousandths / 1_000)),
);
const scalar: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.string({ maxLength: 6 }).map((S) => ({ S })),
  numberText.map((N) => ({ N })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true as const }),
  fc.uint8Array({ minLength: 1, maxLength: 4 }).map((B) => ({ B })),
);
const strings = fc.uniqueArray(fc.constantFrom("x", "y", "z", "zz"), { minLength: 1, maxLength: 3 });
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  strings.map((SS) => ({ SS })),
  fc.uniqueArray(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 3 }).map((ns) => ({ NS: ns.map(String) })),
  fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })),
  fc.dictionary(fc.constantFrom("k", "m"), scalar, { noNullPrototype: true }).map((M) => ({ M })),
);
// Small pools of names and values, so that operations meet each other's traces.
const attributes = fc.dictionary(fc.constantFrom("n", "a", "l", "m", "ss"), value, {
  maxKeys: 4,
  noNullPrototype: true,
});
const indexed = fc.record({ g: fc.constantFrom({ S: "g1" }, { S: "g2" }) }, { requiredKeys: [] });
const item = fc.tuple(keys, attributes, indexed).map(([k, rest, g]) => ({ ...key(k.p, k.s), ...rest, ...g }));

const conditions = fc.constantFrom(
  undefined,
  "attribute_not_exists(p)",
  "attribute_exists(n)",
  "n > :v",
  "a = :v OR attribute_exists(l[1])",
  "NOT contains(ss, :v)",
  "size(l) >= :v",
  "m.k <> :v AND attribute_exists(p)",
  "a BETWEEN :v AND :v",
  "begins_with(a, n) OR n IN (:v, a)",
);
const updates = fc.constantFrom(
  "SET n = :v",
  "SET n = n + :v",
  "SET a = if_not_exists(a, :v), n = n - :v",
  "SET l = list_append(l, l)",
  "SET l[1] = :v, l[5] = :v",
  "SET m.k = :v REMOVE a",
  "SET m = :v",
  "REMOVE l[0], n",
  "REMOVE m.k, ss",
  "ADD n :v",
  "ADD ss :v",
  "DELETE ss :v",
  "SET g = a",
  "SET a = n, n = a",
);

const withValue = (expressions: readonly (string | undefined)[], v: AttributeValue) =>
  expressions.some((text) => text?.includes(":v")) ? { ExpressionAttributeValues: { ":v": v } } : {};
const conditional = (ConditionExpression: string | undefined) =>
  ConditionExpression === undefined ? {} : { ConditionExpression };

const operands = fc.record({ k: keys, condition: conditions, v: value });

const put = fc.tuple(item, conditions, value).map(([Item, condition, v]) => ({
  title: `Put ${JSON.stringify({ Item, condition, v })}`,
  run: async (db: DynamoDBClient, TableName: string) => {
    const given = { TableName, Item, ...conditional(condition), ...withValue([condition], v) };
    return (await db.send(new PutItemCommand({ ...given, ReturnValues: "ALL_OLD" }))).Attributes;
  },
}));
const update = fc.tuple(operands, updates).map(([{ k, condition, v }, UpdateExpression]) => ({
  title: `Update ${JSON.stringify({ k, UpdateExpression, condition, v })}`,
  run: async (db: DynamoDBClient, TableName: string) => {
    const expressions = { UpdateExpression, ...conditional(condition), ...withValue([UpdateExpression, condition], v) };
    const command = new UpdateItemCommand({ TableName, Key: key(k.p, k.s), ...expressions, ReturnValues: "ALL_NEW" });
    return (await db.send(command)).Attributes;
  },
}));
const remove = operands.map(({ k, condition, v }) => ({
  title: `Delete ${JSON.stringify({ k, condition, v })}`,
  run: async (db: DynamoDBClient, TableName: string) => {
    const given = { TableName, Key: key(k.p, k.s), ...conditional(condition), ...withValue([condition], v) };
    return (await db.send(new DeleteItemCommand({ ...given, ReturnValues: "ALL_OLD" }))).Attributes;
  },
}));
const get = keys.map((k) => ({
  title: `Get ${JSON.stringify(k)}`,
  run: async (db: DynamoDBClient, TableName: string) =>
    (
      await db.send(
        new GetItemCommand({ TableName, Key: key(k.p, k.s), ProjectionExpression: "p, n, l[0], l[2], m.k" }),
      )
    ).Item,
}));
const query = fc
  .record({
    p: fc.constantFrom("a", "b"),
    range: fc.constantFrom("", " AND s < :s", " AND s >= :s", " AND s = :s", " AND s BETWEEN :s AND :t"),
    bounds: fc.tuple(fc.constantFrom("-1", "0", "2.5"), fc.constantFrom("2.5", "10")),
    Limit: fc.constantFrom(1, 2, 3, 10),
    ScanIndexForward: fc.boolean(),
    filter: fc.constantFrom(undefined, "attribute_exists(n)", "attribute_type(a, :type)"),
  })
  .map((q) => ({
    title: `Query ${JSON.stringify(q)}`,
    run: async (db: DynamoDBClient, TableName: string) => {
      const pages: unknown[] = [];
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await db.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: `p = :p${q.range}`,
            ExpressionAttributeValues: {
              ":p": { S: q.p },
              ...(q.range.includes(":s") ? { ":s": { N: q.bounds[0] } } : {}),
              ...(q.range.includes(":t") ? { ":t": { N: q.bounds[1] } } : {}),
              ...(q.filter?.includes(":type") ? { ":type": { S: "S" } } : {}),
            },
            ...(q.filter === undefined ? {} : { FilterExpression: q.filter }),
            Limit: q.Limit,
            ScanIndexForward: q.ScanIndexForward,
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        );
        // DynamoDB Local knows at times that nothing follows a full page; then it names no last key, and the empty
        // page that otherwise ends a query is missing.
        if (page.ScannedCount !== 0) pages.push([start, page.Items, page.Count, page.ScannedCount]);
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return pages;
    },
  }));
const queryIndex = fc.tuple(fc.constantFrom("g1", "g2"), fc.boolean()).map(([g, ScanIndexForward]) => ({
  title: `Query index ${g}`,
  run: async (db: DynamoDBClient, TableName: string) => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName,
        IndexName: "everything",
        KeyConditionExpression: "g = :g",
        ExpressionAttributeValues: { ":g": { S: g } },
        ScanIndexForward,
      }),
    );
    // Items with the same index key come in an order of the engine's own.
    return [Items.map((each) => each["s"]?.N), sorted(Items)];
  },
}));
const batch = fc.tuple(item, keys).map(([Item, k]) => ({
  title: `Batch ${JSON.stringify({ Item, k })}`,
  run: async (db: DynamoDBClient, TableName: string) => {
    const requests = [{ PutRequest: { Item } }, { DeleteRequest: { Key: key(k.p, k.s) } }];
    await db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  },
}));
// DynamoDB Local looks for two writes to one item only after the conditions; AWS refuses them first.
const distinctKeys = fc.uniqueArray(keys, { minLength: 3, maxLength: 3, selector: ({ p, s }) => `${p}/${s}` });
const transaction = fc
  .record({ content: attributes, conditions: fc.tuple(conditions, conditions), v: value, keys: distinctKeys })
  .map(({ content, conditions: [first, second], v, keys: chosen }) => ({
    title: `Transaction ${JSON.stringify({ content, first, second, v, chosen })}`,
    run: async (db: DynamoDBClient, TableName: string) => {
      const [Item = {}, Key, checked] = chosen.map(({ p, s }) => key(p, s));
      const check = second ?? "attribute_exists(p)";
      await db.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: { ...Item, ...content } } },
            { Delete: { TableName, Key, ...conditional(first), ...withValue([first], v) } },
            { ConditionCheck: { TableName, Key: checked, ConditionExpression: check, ...withValue([check], v) } },
          ],
        }),
      );
    },
  }));

/** Ten to forty operations on a handful of keys. */
export const sequences: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: put },
    { weight: 6, arbitrary: update },
    { weight: 2, arbitrary: remove },
    get,
    { weight: 2, arbitrary: query },
    queryIndex,
    batch,
    { weight: 2, arbitrary: transaction },
  ),
  { minLength: 10, maxLength: 40 },
);
