import { createHash } from "node:crypto";
import { type KinesisClient, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Engine, iterator, newStream, outcome, read, type StartEngine } from "./client.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Putting and reading records: what the router and the event source mappings ask of Kinesis. */
export const recordsContract = (start: StartEngine): void => {
  let engine: Engine;
  let client: KinesisClient;
  beforeAll(async () => {
    engine = await start();
    client = connect(engine.endpoint);
  });
  afterAll(async () => {
    client.destroy();
    await engine.close();
  });
  const put = (StreamName: string, text: string, PartitionKey = "k") =>
    client.send(new PutRecordCommand({ StreamName, PartitionKey, Data: utf8(text) }));

  describe("putting records", () => {
    it("chooses the shard by the MD5 of the partition key", async () => {
      const StreamName = await newStream(client, 4);
      for (const key of ["order-1", "order-2", "order-3", "é", "a".repeat(256)]) {
        const hash = BigInt(`0x${createHash("md5").update(key).digest("hex")}`);
        const expected = `shardId-00000000000${hash / 2n ** 126n}`;
        expect([key, (await put(StreamName, "x", key)).ShardId]).toEqual([key, expected]);
      }
    });

    it("lets an explicit hash key choose instead", async () => {
      const StreamName = await newStream(client, 2);
      const place = async (ExplicitHashKey: string) =>
        (await client.send(new PutRecordCommand({ StreamName, PartitionKey: "k", ExplicitHashKey, Data: utf8("x") })))
          .ShardId;
      expect(await place("0")).toBe("shardId-000000000000");
      expect(await place(String(2n ** 127n - 2n))).toBe("shardId-000000000000"); // kinesis-local errs at the very edge
      expect(await place(String(2n ** 127n))).toBe("shardId-000000000001");
      expect(await outcome(place(String(2n ** 128n)))).toBe("InvalidArgumentException");
    });

    it("gives strictly rising sequence numbers within a shard", async () => {
      const StreamName = await newStream(client);
      const numbers = [];
      for (const text of ["a", "b", "c"]) numbers.push(BigInt((await put(StreamName, text)).SequenceNumber ?? 0));
      expect(numbers).toEqual(numbers.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(new Set(numbers).size).toBe(3);
    });

    it("keeps the order of a batch", async () => {
      const StreamName = await newStream(client);
      const texts = Array.from({ length: 50 }, (_, index) => `record ${index}`);
      const Records = texts.map((text) => ({ PartitionKey: "order-1", Data: utf8(text) }));
      const answer = await client.send(new PutRecordsCommand({ StreamName, Records }));
      expect([answer.FailedRecordCount, answer.Records?.length]).toEqual([0, 50]);
      const { records, texts: found } = await read(client, await iterator(client, StreamName));
      expect(found).toEqual(texts);
      expect(records.map((r) => r.SequenceNumber)).toEqual(answer.Records?.map((r) => r.SequenceNumber));
      expect(records[0]).toMatchObject({ PartitionKey: "order-1", ApproximateArrivalTimestamp: expect.any(Date) });
    });

    it("keeps bytes as they are", async () => {
      const StreamName = await newStream(client);
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      await client.send(new PutRecordCommand({ StreamName, PartitionKey: "k", Data: bytes }));
      const { records } = await read(client, await iterator(client, StreamName));
      expect(new Uint8Array(records[0]?.Data ?? [])).toEqual(bytes);
    });

    it("refuses a stream it does not have, and a record over 1 MiB", async () => {
      const StreamName = await newStream(client);
      expect(await outcome(put("absent", "x"))).toBe("ResourceNotFoundException");
      expect(await outcome(put(StreamName, "x".repeat(1024 * 1024 + 1)))).not.toBe("ok");
      expect((await read(client, await iterator(client, StreamName))).texts).toEqual([]);
    });
  });

  describe("reading records", () => {
    it("goes on page by page where the last one ended", async () => {
      const StreamName = await newStream(client);
      for (const text of ["a", "b", "c"]) await put(StreamName, text);
      const first = await read(client, await iterator(client, StreamName), 2);
      const second = await read(client, first.next ?? "");
      expect([first.texts, second.texts]).toEqual([["a", "b"], ["c"]]);
      expect(second.millisBehindLatest).toBe(0);
      await put(StreamName, "d");
      expect((await read(client, second.next ?? "")).texts).toEqual(["d"]);
    });

    it("starts at or after a sequence number", async () => {
      const StreamName = await newStream(client);
      await put(StreamName, "a");
      const { SequenceNumber: StartingSequenceNumber } = await put(StreamName, "b");
      await put(StreamName, "c");
      const from = async (ShardIteratorType: "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER") => {
        const place = { ShardIteratorType, StartingSequenceNumber };
        return (await read(client, await iterator(client, StreamName, place))).texts;
      };
      expect(await from("AT_SEQUENCE_NUMBER")).toEqual(["b", "c"]);
      expect(await from("AFTER_SEQUENCE_NUMBER")).toEqual(["c"]);
    });

    it("starts with what comes next at LATEST", async () => {
      const StreamName = await newStream(client);
      await put(StreamName, "a");
      const latest = await iterator(client, StreamName, { ShardIteratorType: "LATEST" });
      await put(StreamName, "b");
      expect((await read(client, latest)).texts).toEqual(["b"]);
    });

    it("starts at an instant", async () => {
      const StreamName = await newStream(client);
      await put(StreamName, "a");
      const { records } = await read(client, await iterator(client, StreamName));
      const arrived = records[0]?.ApproximateArrivalTimestamp ?? new Date(0);
      const from = async (Timestamp: Date) =>
        (await read(client, await iterator(client, StreamName, { ShardIteratorType: "AT_TIMESTAMP", Timestamp })))
          .texts;
      expect(await from(new Date(arrived.getTime() - 1000))).toEqual(["a"]);
      expect(await from(arrived)).toEqual(["a"]);
    });

    it("refuses an unknown shard and a limit out of range", async () => {
      const StreamName = await newStream(client, 2);
      const trim = { ShardIteratorType: "TRIM_HORIZON" } as const;
      expect(await outcome(iterator(client, StreamName, trim, "shardId-000000000009"))).toBe(
        "ResourceNotFoundException",
      );
      expect(await outcome(read(client, await iterator(client, StreamName), 10_001))).not.toBe("ok");
    });
  });
};
