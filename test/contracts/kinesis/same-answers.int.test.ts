import { type KinesisClient, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serveKinesis } from "../../../local/services/kinesis/index.ts";
import { startKinesisLocal } from "../../support/engines/kinesis-local.ts";
import { connect, type Engine, iterator, newStream, read } from "./client.ts";

const SHARDS = 3;
const SHARD_IDS = Array.from({ length: SHARDS }, (_, index) => `shardId-00000000000${index}`);

type Step =
  | { readonly kind: "put"; readonly key: string; readonly data: Uint8Array }
  | { readonly kind: "batch"; readonly keys: readonly string[] }
  | { readonly kind: "latest"; readonly shard: number }
  | { readonly kind: "after"; readonly nth: number }
  | { readonly kind: "read"; readonly shard: number; readonly limit: number };

const key = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const shard = fc.nat(SHARDS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), key, data: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  fc.record({ kind: fc.constant("batch" as const), keys: fc.array(key, { minLength: 1, maxLength: 8 }) }),
  fc.record({ kind: fc.constant("latest" as const), shard }),
  fc.record({ kind: fc.constant("after" as const), nth: fc.nat(20) }),
  fc.record({ kind: fc.constant("read" as const), shard, limit: fc.integer({ min: 1, max: 5 }) }),
);

/** Plays the steps against one engine; what it answers, with everything left out that may differ by engine or time. */
class Player {
  readonly #client: KinesisClient;
  readonly #stream: string;
  readonly #iterators = new Map<number, string>();
  readonly #put: { shardId: string; sequenceNumber: string }[] = [];

  constructor(client: KinesisClient, stream: string) {
    this.#client = client;
    this.#stream = stream;
  }

  async play(step: Step): Promise<unknown> {
    const StreamName = this.#stream;
    switch (step.kind) {
      case "put": {
        const answer = await this.#client.send(
          new PutRecordCommand({ StreamName, PartitionKey: step.key, Data: step.data }),
        );
        return this.#remember(answer);
      }
      case "batch": {
        const Records = step.keys.map((PartitionKey, index) => ({ PartitionKey, Data: new Uint8Array([index]) }));
        const answer = await this.#client.send(new PutRecordsCommand({ StreamName, Records }));
        return [answer.FailedRecordCount, ...(answer.Records ?? []).map((record) => this.#remember(record))];
      }
      case "latest":
        return this.#go(step.shard, { ShardIteratorType: "LATEST" });
      case "after": {
        const place = this.#put[step.nth];
        if (place === undefined) return "nothing there";
        return this.#go(SHARD_IDS.indexOf(place.shardId), {
          ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
          StartingSequenceNumber: place.sequenceNumber,
        });
      }
      case "read": {
        const at =
          this.#iterators.get(step.shard) ??
          (await iterator(this.#client, StreamName, { ShardIteratorType: "TRIM_HORIZON" }, SHARD_IDS[step.shard]));
        const answer = await read(this.#client, at, step.limit);
        this.#iterators.set(step.shard, answer.next ?? "");
        return answer.records.map((record) => [record.PartitionKey, [...(record.Data ?? [])]]);
      }
      default:
        throw new Error(`unknown step ${step satisfies never}`);
    }
  }

  async #go(shard: number, from: Parameters<typeof iterator>[2]): Promise<string> {
    this.#iterators.set(shard, await iterator(this.#client, this.#stream, from, SHARD_IDS[shard]));
    return "moved";
  }

  #remember(answer: { ShardId?: string | undefined; SequenceNumber?: string | undefined }): string | undefined {
    this.#put.push({ shardId: answer.ShardId ?? "", sequenceNumber: answer.SequenceNumber ?? "" });
    return answer.ShardId;
  }
}

let engines: Engine[];
let clients: KinesisClient[];
beforeAll(async () => {
  engines = await Promise.all([serveKinesis({ file: ":memory:", port: 0 }), startKinesisLocal()]);
  clients = engines.map((engine) => connect(engine.endpoint));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await Promise.all(engines.map((engine) => engine.close()));
});

it("answers random sequences of puts and reads step by step as kinesis-local does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const players = await Promise.all(
        clients.map(async (client) => new Player(client, await newStream(client, SHARDS))),
      );
      for (const [index, current] of steps.entries()) {
        const [ours, theirs] = await Promise.all(players.map((player) => player.play(current)));
        expect([index, current.kind, ours]).toEqual([index, current.kind, theirs]);
      }
    }),
    { numRuns: 12, seed: 20_250_304 },
  );
});
