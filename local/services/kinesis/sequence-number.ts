import { AwsError } from "../contract.ts";
import { isOpen, type Shard, shardId } from "./stream.ts";

// 56 digits, as AWS's: "49", creation of the shard in ms (14), position in the shard (28), index of the shard (12).
// Comparing two as numbers gives their order within a shard, and puts a child after its parents.
const PATTERN = /^49(\d{14})(\d{28})(\d{12})$/;
/** What the last position of a closed shard stands for in its range. */
const LAST = 10n ** 28n - 1n;

const compose = (shard: Shard, position: number | bigint): string =>
  `49${String(shard.createdAt).padStart(14, "0")}${String(position).padStart(28, "0")}${String(shard.index).padStart(12, "0")}`;

/** The sequence number of a record by its position in its shard, from 0. */
export const sequenceNumber = (shard: Shard, position: number): string => compose(shard, position);

/** A number that lies beyond every record of a closed shard. */
export const endingSequenceNumber = (shard: Shard): string => compose(shard, LAST);

/** The position that a sequence number stands for. Throws InvalidArgumentException when it is none of this shard. */
export const positionOf = (value: string, shard: Shard): number => {
  const [, createdAt, position, index] = PATTERN.exec(value) ?? [];
  const invalid = new AwsError(
    "InvalidArgumentException",
    `The sequence number ${value} is not a valid sequence number.`,
  );
  if (createdAt === undefined || position === undefined || index === undefined) throw invalid;
  if (Number(index) !== shard.index || Number(createdAt) !== shard.createdAt)
    throw new AwsError(
      "InvalidArgumentException",
      `Invalid StartingSequenceNumber. It encodes ${shardId(Number(index))}, while it was used in a call to a shard with ${shardId(shard.index)}`,
    );
  // A number nobody was given would make a reader skip what is still to come.
  if (isOpen(shard) && Number(position) > shard.next) throw invalid;
  return Math.min(Number(position), shard.next);
};
