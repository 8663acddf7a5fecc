import { DescribeTableCommand, DynamoDBServiceException, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from "@aws-sdk/client-dynamodb-streams";
import fc from "fast-check";
import { expect, it } from "vitest";
import { canonical, sorted } from "./canonical.ts";
import { type Step, sequences } from "./random-operations.ts";
import { createTable, type Target } from "./target.ts";

const seed = 20_140_214;

const outcome = async (step: Step, { db }: Target, table: string): Promise<unknown> => {
  try {
    return { answer: canonical(await step.run(db, table)) };
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException)) throw error;
    const reasons = "CancellationReasons" in error ? (error.CancellationReasons as { Code?: string }[]) : undefined;
    return { refused: error.name, reasons: reasons?.map(({ Code }) => Code) };
  }
};

const contents = async ({ db }: Target, TableName: string) =>
  sorted((await db.send(new ScanCommand({ TableName }))).Items ?? []);

const history = async ({ db, streams }: Target, TableName: string) => {
  const StreamArn = (await db.send(new DescribeTableCommand({ TableName }))).Table?.LatestStreamArn ?? "";
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId ?? "";
  const start = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" });
  const { ShardIterator } = await streams.send(start);
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator: ShardIterator ?? "" }));
  // The records of DynamoDB Local lose empty maps and lists: `{}` in place of `{ M: {} }`.
  return Records.map(({ eventName, dynamodb }) =>
    JSON.stringify(canonical([eventName, dynamodb?.Keys, dynamodb?.OldImage, dynamodb?.NewImage])).replace(
      /\{"(?:M":\{\}|L":\[\])\}/g,
      "{}",
    ),
  );
};

/** Random sequences of operations answer alike, step by step, and leave the same items and the same stream. */
export const randomSequenceSuite = (ours: () => Target, reference: () => Target): void => {
  it("answer alike step by step and leave the same items and stream", async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const [mine, theirs] = [await createTable(ours()), await createTable(reference())];
        for (const [position, step] of sequence.entries()) {
          const expected = await outcome(step, reference(), theirs);
          expect(await outcome(step, ours(), mine), `step ${position}: ${step.title}`).toEqual(expected);
        }
        expect(await contents(ours(), mine)).toEqual(await contents(reference(), theirs));
        expect(await history(ours(), mine)).toEqual(await history(reference(), theirs));
      }),
      { seed, numRuns: 40, endOnFailure: true },
    );
  }, 120_000);
};
