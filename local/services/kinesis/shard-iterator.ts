import { AwsError } from "../contract.ts";

const LIFETIME_MS = 300_000;

/** A place in a shard, as the opaque token of the wire. */
export interface Place {
  readonly shardKey: number;
  /** Position of the next record to read. */
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
}

export const encodeIterator = (place: Place): string =>
  Buffer.from(`1:${place.shardKey}:${place.position}:${place.issuedAt}`).toString("base64");

/** Throws InvalidArgumentException for a foreign token, ExpiredIteratorException for one older than five minutes. */
export const decodeIterator = (token: string, now: number): Place => {
  const text = Buffer.from(token, "base64").toString();
  const [, shardKey, position, issuedAt] = /^1:(\d+):(\d+):(\d+)$/.exec(text) ?? [];
  if (shardKey === undefined) throw new AwsError("InvalidArgumentException", "Invalid ShardIterator.");
  const place = { shardKey: Number(shardKey), position: Number(position), issuedAt: Number(issuedAt) };
  if (now - place.issuedAt > LIFETIME_MS) {
    const created = new Date(place.issuedAt).toISOString();
    throw new AwsError(
      "ExpiredIteratorException",
      `Iterator expired. The iterator was created at time ${created} while right now it is ${new Date(now).toISOString()} which is further in the future than the tolerated delay of ${LIFETIME_MS} milliseconds.`,
    );
  }
  return place;
};
