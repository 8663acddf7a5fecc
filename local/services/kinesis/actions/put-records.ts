import { AwsError } from "../../contract.ts";
import { type Action, action, blob, type InputOf, list, required, struct, text } from "../../json-parameters.ts";
import type { KinesisEngine } from "../engine.ts";
import type { NewRecord, Placement } from "../record-log.ts";
import { sequenceNumber } from "../sequence-number.ts";
import { HASH_KEYS, type Stream, shardId } from "../stream.ts";
import { streamAddress } from "./shapes.ts";

const REQUEST_BYTES = 10 * 1024 * 1024;

const recordShape = {
  Data: required(blob()),
  PartitionKey: required(text({ minLength: 1, maxLength: 256 })),
  ExplicitHashKey: text({ pattern: /^(0|[1-9]\d{0,38})$/ }),
};

const read = (stream: Stream, input: InputOf<typeof recordShape>): NewRecord => {
  const data = Buffer.from(input.Data, "base64");
  const limit = stream.settings.maxRecordKibibytes * 1024;
  const bytes = data.length + Buffer.byteLength(input.PartitionKey);
  if (bytes > limit)
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to ${limit} (data and partition key have ${bytes} bytes)`,
    );
  const explicit = input.ExplicitHashKey === undefined ? undefined : BigInt(input.ExplicitHashKey);
  if (explicit !== undefined && explicit >= HASH_KEYS)
    throw new AwsError(
      "InvalidArgumentException",
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicit}`,
    );
  return { partitionKey: input.PartitionKey, data, ...(explicit === undefined ? {} : { explicitHashKey: explicit }) };
};

const placed = ({ shard, position }: Placement) => ({
  ShardId: shardId(shard.index),
  SequenceNumber: sequenceNumber(shard, position),
});

const encryption = (stream: Stream) => ({ EncryptionType: stream.settings.keyId === undefined ? "NONE" : "KMS" });

const putRecord: Action<KinesisEngine> = action(
  { ...streamAddress, ...recordShape, SequenceNumberForOrdering: text({ pattern: /^(0|[1-9]\d{0,128})$/ }) },
  async (engine, input) => {
    const stream = engine.streams.get(input);
    const record = read(stream, input);
    const [placement] = await engine.log.put(() => engine.streams.get(input), [record]);
    if (placement === undefined) throw new Error("a record was put nowhere");
    return { ...placed(placement), ...encryption(stream) };
  },
);

const putRecords: Action<KinesisEngine> = action(
  { ...streamAddress, Records: required(list(struct(recordShape), 1, 500)) },
  async (engine, input) => {
    const stream = engine.streams.get(input);
    const records = input.Records.map((record) => read(stream, record));
    const bytes = records.reduce((sum, r) => sum + r.data.length + Buffer.byteLength(r.partitionKey), 0);
    if (bytes > REQUEST_BYTES)
      throw new AwsError("InvalidArgumentException", `Records size exceeds ${REQUEST_BYTES / 1024 / 1024} MB limit`);
    const placements = await engine.log.put(() => engine.streams.get(input), records);
    return { FailedRecordCount: 0, Records: placements.map(placed), ...encryption(stream) };
  },
);

export const putActions = { PutRecord: putRecord, PutRecords: putRecords };
