import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openKinesis } from "../../../../local/services/kinesis/index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kinesis-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("has every record it acknowledged when it is killed under load", async () => {
  const file = join(folder, "kinesis.db");
  const child = spawn(process.execPath, [join(import.meta.dirname, "putting-process.ts"), file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 600) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");

  const kinesis = openKinesis({ file });
  const stored = new Set<string>();
  let at = (
    await kinesis.call("GetShardIterator", {
      StreamName: "s",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    })
  )["ShardIterator"];
  for (;;) {
    const answer = await kinesis.call("GetRecords", { ShardIterator: at });
    const records = answer["Records"] as { SequenceNumber: string }[];
    if (records.length === 0) break;
    for (const record of records) stored.add(record.SequenceNumber);
    at = answer["NextShardIterator"];
  }
  await kinesis.close();
  expect(acknowledged.length).toBeGreaterThanOrEqual(600);
  expect(acknowledged.filter((number) => !stored.has(number))).toEqual([]);
});

it("goes on where it stopped: streams, settings, consumers, tags and iterators", async () => {
  const file = join(folder, "kinesis.db");
  const before = openKinesis({ file });
  await before.call("CreateStream", { StreamName: "s", ShardCount: 2, Tags: { team: "orders" } });
  const StreamARN = "arn:aws:kinesis:eu-west-1:000000000000:stream/s";
  await before.call("RegisterStreamConsumer", { StreamARN, ConsumerName: "order-list" });
  await before.call("IncreaseStreamRetentionPeriod", { StreamARN, RetentionPeriodHours: 48 });
  await before.call("MergeShards", {
    StreamName: "s",
    ShardToMerge: "shardId-000000000000",
    AdjacentShardToMerge: "shardId-000000000001",
  });
  const record = { StreamName: "s", PartitionKey: "k", Data: "YQ==" };
  const { SequenceNumber: first } = await before.call("PutRecord", record);
  const { ShardIterator } = await before.call("GetShardIterator", {
    StreamName: "s",
    ShardId: "shardId-000000000002",
    ShardIteratorType: "LATEST",
  });
  const described = await before.call("DescribeStream", { StreamARN });
  const consumers = await before.call("ListStreamConsumers", { StreamARN });
  await before.close();

  const after = openKinesis({ file });
  expect(await after.call("DescribeStream", { StreamARN })).toEqual(described);
  expect(await after.call("ListStreamConsumers", { StreamARN })).toEqual(consumers);
  expect((await after.call("ListTagsForStream", { StreamARN }))["Tags"]).toEqual([{ Key: "team", Value: "orders" }]);
  const { SequenceNumber: second } = await after.call("PutRecord", record);
  expect(BigInt(String(second)) > BigInt(String(first))).toBe(true);
  const { Records } = await after.call("GetRecords", { ShardIterator });
  expect(Records).toMatchObject([{ SequenceNumber: second }]);
  await after.close();
});
