import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { describeEngine } from "./describe-engine.ts";
import { startDynamoDbLocal } from "./dynamodb-local.ts";
import { startOpenSearch } from "./opensearch.ts";

describeEngine("DynamoDB Local", () => {
  it("answers when it has started and is gone when it is closed", async () => {
    const engine = await startDynamoDbLocal();
    const client = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    client.destroy();
    await engine.close();
    await expect(fetch(engine.endpoint)).rejects.toThrow();
  });
});

describeEngine("OpenSearch", () => {
  it("answers when it has started and is gone when it is closed", async () => {
    const engine = await startOpenSearch();
    const health = await fetch(`${engine.url}/_cluster/health?wait_for_status=green`).then((answer) => answer.json());
    expect(health).toMatchObject({ status: "green", number_of_nodes: 1 });
    await engine.close();
    await expect(fetch(engine.url)).rejects.toThrow();
  });
});
