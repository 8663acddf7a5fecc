import type { KeyAttribute } from "../expressions/key-condition.ts";

export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

export interface IndexDefinition {
  /** Number of its SQLite table. */
  readonly id: number;
  readonly name: string;
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
  readonly projection: {
    readonly type: "KEYS_ONLY" | "INCLUDE" | "ALL";
    readonly nonKeyAttributes: readonly string[];
  };
  readonly throughput?: Throughput;
}

export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

/** A table as it is kept in the file, as JSON. */
export interface TableDefinition {
  readonly id: number;
  readonly tableId: string;
  readonly name: string;
  readonly arn: string;
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
  readonly indexes: readonly IndexDefinition[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly billingMode: "PAY_PER_REQUEST" | "PROVISIONED";
  readonly throughput?: Throughput;
  /** Id of the stream that is enabled now. */
  readonly streamId?: number;
  readonly ttlAttribute?: string;
  readonly pointInTimeRecovery?: { readonly days: number; readonly since: number };
  readonly deletionProtection: boolean;
  readonly tableClass: string;
  readonly encryption?: { readonly type: string; readonly keyArn?: string };
  readonly tags: Readonly<Record<string, string>>;
}

export interface StreamDefinition {
  readonly id: number;
  readonly arn: string;
  readonly label: string;
  readonly tableName: string;
  readonly viewType: StreamViewType;
  readonly shardId: string;
  readonly keys: readonly KeyAttribute[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** When it was disabled; its records can be read for a day more. */
  readonly endedAt?: number;
  readonly startSequence: number;
  /** Records up to this one were there and are gone. */
  readonly trimmedThrough: number;
}
