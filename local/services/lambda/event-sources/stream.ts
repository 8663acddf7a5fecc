import type { Unsubscribe } from "../../contract.ts";

/** A record of a stream, ready to be handed to a function. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  /** When the stream took it, in milliseconds since the epoch. */
  readonly arrivedAt: number;
  /** Records of one key are delivered in order. */
  readonly orderKey: string;
  /** The record as Lambda delivers it, as JSON. */
  readonly json: string;
  /** What filter patterns look at. */
  readonly filterView: () => unknown;
}

export interface Shard {
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
}

export type Position =
  | { readonly type: "TRIM_HORIZON" | "LATEST" }
  | { readonly type: "AT_TIMESTAMP"; readonly timestamp: string }
  | { readonly type: "AFTER_SEQUENCE_NUMBER"; readonly sequenceNumber: string };

/** A DynamoDB or Kinesis stream as an event source mapping reads it. */
export interface Stream {
  readonly streamArn: string;
  /** The name of the stream's part in the report of a failed batch. */
  readonly batchInfoKey: "KinesisBatchInfo" | "DDBStreamBatchInfo";
  shards(): Promise<readonly Shard[]>;
  iterator(shardId: string, position: Position): Promise<string>;
  /** `next` is undefined at the end of a closed shard. */
  read(
    shardId: string,
    iterator: string,
    limit: number,
  ): Promise<{ readonly records: readonly StreamRecord[]; readonly next: string | undefined }>;
  onRecords(listener: (shardId: string) => void): Unsubscribe;
}
