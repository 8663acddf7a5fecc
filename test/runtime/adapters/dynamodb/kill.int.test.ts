import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, it } from "vitest";
import { DynamoEventStore } from "../../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { ChildProcess } from "../../../support/child-process.ts";
import { createEventsTable, dynamoDbClient } from "../../../support/counter/events-table.ts";
import type { LogAddress } from "../../../support/counter/log-cloud.ts";
import { soundLog } from "../../../support/counter/sound-log.ts";
import { describeEngine } from "../../../support/engines/describe-engine.ts";
import { startDynamoDbLocal } from "../../../support/engines/dynamodb-local.ts";
import { randomNumbers } from "../../../support/random.ts";

const moduleOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Of the log's server; with each of its lives end so many writers before it. */
const SERVER_KILLS = 10;
const WRITERS_A_LIFE = 4;

const random = randomNumbers(20_101_201);
/** A moment that the seed decides, counted in acknowledgements; at any of them seven appends are on their way. */
const moment = (): number => 5 + Math.floor(random() * 30);

const children = new Set<ChildProcess>();
const started = (name: string, ...args: string[]): ChildProcess => {
  const child = new ChildProcess(moduleOf(name), ...args);
  children.add(child);
  return child;
};
const appender = (prefix: string): ChildProcess => started("appending-process.ts", prefix);
const isFailure = (line: string): boolean => line.startsWith("failed ");
const acknowledged = (writers: readonly ChildProcess[]): string[] =>
  writers.flatMap(({ lines }) => lines.filter((line) => !isFailure(line)));

/** Lets a writer append there until it is killed in mid-commit. */
const writeUntilKilled = async (writer: ChildProcess, address: string): Promise<void> => {
  writer.tell(address);
  await writer.says(moment());
  await writer.kill();
};

/** Holds that all that was acknowledged stands in the log, once and where it was said to; how many more there are. */
const expectHeld = async (client: DynamoDBClient, writers: readonly ChildProcess[]): Promise<number> => {
  const found = await soundLog(new DynamoEventStore(client, "events"));
  const places = acknowledged(writers);
  expect(new Set(places).size).toBe(places.length);
  expect(places.filter((place) => !found.has(place))).toEqual([]);
  return found.size - places.length;
};

afterEach(async () => {
  await Promise.all([...children].map((child) => child.kill()));
  children.clear();
});

describe("the log in the local cloud's DynamoDB", () => {
  let folder: string;
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it(`holds all it acknowledged, once, and no half of anything, after ${SERVER_KILLS * (WRITERS_A_LIFE + 1)} kills in mid-commit`, async () => {
    folder = mkdtempSync(join(tmpdir(), "nexus-kill-"));
    const survivor = appender("survivor");
    const writers = [survivor];
    const serve = async (): Promise<{ server: ChildProcess; address: string; client: DynamoDBClient }> => {
      const server = started("serving-process.ts", folder);
      await server.says(1);
      const [address = ""] = server.lines;
      return { server, address, client: new DynamoDBClient(JSON.parse(address) as LogAddress) };
    };
    for (let life = 0; life < SERVER_KILLS; life++) {
      const shortLived = Array.from({ length: WRITERS_A_LIFE }, (_, index) => appender(`life-${life}-${index}`));
      writers.push(...shortLived);
      const { server, address, client } = await serve();
      if (life === 0) await createEventsTable(client, "events");
      client.destroy();
      survivor.tell(address);
      await Promise.all(shortLived.map((writer) => writeUntilKilled(writer, address)));
      await survivor.says(moment());
      await server.kill();
    }
    const { address, client } = await serve();
    survivor.tell(address);
    // What failed is sent again until it is acknowledged, stored before or not.
    const failed = () => new Set(survivor.lines.filter(isFailure).map((line) => line.split(" ")[1]));
    expect(failed().size).toBeGreaterThan(SERVER_KILLS);
    const answered = () => new Set(acknowledged([survivor]).map((line) => line.split(" ")[2]));
    await survivor.says(() => [...failed()].every((commandId) => answered().has(commandId)));
    await survivor.kill();
    // Some were stored and never acknowledged: the kills did come in mid-commit.
    expect(await expectHeld(client, writers)).toBeGreaterThan(0);
    client.destroy();
  }, 240_000);
});

describeEngine("DynamoDB Local", () => {
  const KILLS = 10;

  it(`holds all it acknowledged, once, after ${KILLS} writers were killed in mid-commit`, async () => {
    const engine = await startDynamoDbLocal();
    const client = dynamoDbClient(engine.endpoint);
    try {
      await createEventsTable(client, "events");
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const address: LogAddress = { endpoint: engine.endpoint, region: "eu-west-1", credentials };
      const writers = Array.from({ length: KILLS }, (_, index) => appender(`writer-${index}`));
      await Promise.all(writers.map((writer) => writeUntilKilled(writer, JSON.stringify(address))));
      await expectHeld(client, writers);
    } finally {
      client.destroy();
      await engine.close();
    }
  });
});
