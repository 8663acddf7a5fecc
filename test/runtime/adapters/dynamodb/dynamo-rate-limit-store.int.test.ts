import { CreateTableCommand, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveDynamoDb } from "../../../../local/services/dynamodb/index.ts";
import { DynamoRateLimitStore } from "../../../../runtime/adapters/dynamodb/dynamo-rate-limit-store.ts";
import { rateLimitContract } from "../../../contracts/rate-limits/rate-limit-contract.ts";
import { dynamoDbClient } from "../../../support/counter/events-table.ts";
import { describeEngine } from "../../../support/engines/describe-engine.ts";
import { startDynamoDbLocal } from "../../../support/engines/dynamodb-local.ts";

type Engine = Awaited<ReturnType<typeof startDynamoDbLocal>>;
const TableName = "rate-limits";

const contractOn = (start: () => Promise<Engine>): void => {
  let engine: Engine | undefined;
  let client: DynamoDBClient;

  beforeAll(async () => {
    engine = await start();
    client = dynamoDbClient(engine.endpoint);
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "bucket", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "bucket", KeyType: "HASH" }],
      }),
    );
  });
  afterAll(async () => {
    client?.destroy();
    await engine?.close();
  });
  const store = (now: () => number, table = TableName) =>
    new DynamoRateLimitStore(client, table, { now, random: Math.random });

  rateLimitContract((now) => store(now));

  it("lets an item go when all its tokens are back", async () => {
    await store(() => 1_000_000_000_000).take("forgotten", { limit: 1, windowSeconds: 60 });
    const { Items = [] } = await client.send(new ScanCommand({ TableName }));
    expect(Items.find((item) => item["bucket"]?.S === "forgotten")?.["expiresAt"]).toEqual({ N: "1000000120" });
  });

  it("says that it is unavailable, not that there is a token, when the table does not answer", async () => {
    const lost = new DynamoRateLimitStore(dynamoDbClient("http://127.0.0.1:9"), TableName, {
      now: Date.now,
      random: Math.random,
    });
    await expect(lost.take("x", { limit: 1, windowSeconds: 60 })).rejects.toMatchObject({
      code: "NEXUS_RATE_LIMITS_UNAVAILABLE",
    });
  });
};

describeEngine("DynamoDB Local", () => contractOn(startDynamoDbLocal));
describe("the local cloud's DynamoDB", () => contractOn(() => serveDynamoDb({ file: ":memory:", port: 0 })));
