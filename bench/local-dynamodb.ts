import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { startDynamoDbLocal } from "../test/support/engines/dynamodb-local.ts";
import { type BenchResult, compare } from "./result.ts";

// Conditional puts of 1 KB by 16 clients: our engine, on its file and in a process of its own, beside AWS's DynamoDB
// Local, in memory as it ships. Once with the AWS SDK, whose own work then is most of what is measured on a small
// machine, and once with prepared requests over plain HTTP, which leaves the engines.
// The table has no stream: DynamoDB Local slows down with every record it keeps, to 50 puts a second after some
// ten thousand, and the ratio would only tell how long the benchmark ran.

const clients = 16;
const rounds = 9;
const putsPerRound = 640;
const payload = "x".repeat(1_000);

type Put = (id: string, version: number) => Promise<void>;
interface Contender {
  readonly put: Put;
  close(): Promise<void>;
}

const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
const sdkClient = (endpoint: string) => new DynamoDBClient({ endpoint, region: "eu-west-1", credentials });

const createTable = async (endpoint: string, TableName: string): Promise<void> => {
  const client = sdkClient(endpoint);
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "version", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "version", AttributeType: "N" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  client.destroy();
};

const putInput = (TableName: string, id: string, version: number) => ({
  TableName,
  Item: { id: { S: id }, version: { N: String(version) }, payload: { S: payload } },
  ConditionExpression: "attribute_not_exists(id)",
});

const bySdk = (endpoint: string, table: string): Contender => {
  const client = sdkClient(endpoint);
  return {
    put: async (id, version) => void (await client.send(new PutItemCommand(putInput(table, id, version)))),
    close: async () => client.destroy(),
  };
};

const byHttp = (endpoint: string, table: string): Contender => {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.PutItem",
    "x-amz-date": "20260101T000000Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=bench/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00",
  };
  const put: Put = (id, version) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(putInput(table, id, version));
      const sent = request(endpoint, { method: "POST", agent, headers: { ...headers, "content-length": body.length } });
      sent.on("error", reject).on("response", (response) => {
        response.resume().on("end", () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`${endpoint} answered ${response.statusCode}`));
        });
      });
      sent.end(body);
    });
  return { put, close: async () => agent.destroy() };
};

/** Puts a second of one round. */
const measure = async ({ put }: Contender, round: number): Promise<number> => {
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let version = 1; version <= putsPerRound / clients; version++) await put(`${round}/${client}`, version);
    }),
  );
  return putsPerRound / ((performance.now() - started) / 1_000);
};

const startOurs = async (file: string): Promise<{ endpoint: string; child: ChildProcess }> => {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), "--serve", file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { endpoint: line.toString().trim(), child };
};

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-dynamodb-"));
  const ours = await startOurs(join(folder, "dynamodb.db"));
  const theirs = await startDynamoDbLocal();
  const rows = [];
  try {
    for (const [title, contender] of [
      ["AWS SDK", bySdk],
      ["prepared HTTP requests", byHttp],
    ] as const) {
      const table = title.replaceAll(" ", "-");
      for (const { endpoint } of [ours, theirs]) await createTable(endpoint, table);
      const [mine, reference] = [contender(ours.endpoint, table), contender(theirs.endpoint, table)];
      const values: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
      // Two rounds each to warm up, the virtual machine of the reference above all.
      for (let round = -2; round < rounds; round++) {
        const [ourRate, theirRate] = [await measure(mine, round), await measure(reference, round)];
        if (round < 0) continue;
        values.ours.push(ourRate);
        values.theirs.push(theirRate);
      }
      await mine.close();
      await reference.close();
      rows.push(
        compare({
          case: `conditional put of 1 KB, ${clients} clients, ${title}`,
          reference: "DynamoDB Local 3.1.0, in memory",
          unit: "puts/s",
          better: "larger",
          ...values,
        }),
      );
    }
  } finally {
    ours.child.kill("SIGKILL");
    await theirs.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    name: "local-dynamodb",
    versions: { node: process.version, "DynamoDB Local": "3.1.0", sqlite: process.versions["sqlite"] ?? "" },
    rows,
  };
};

if (process.argv[2] === "--serve") {
  const { serveDynamoDb } = await import("../local/services/dynamodb/index.ts");
  const { endpoint } = await serveDynamoDb({ file: process.argv[3] ?? ":memory:", port: 0 });
  console.log(endpoint);
}
