import { createHash } from "node:crypto";

/** Ids in AWS's forms, derived from an automatic name so that a run that was killed makes the same ones again. */
const hex = (seed: string): string => createHash("sha256").update(seed).digest("hex");

/** `1b671a64-40d5-491e-99b0-da01ff1f3341` */
export const uuidFrom = (seed: string): string => {
  const digits = hex(seed);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `a${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join("-");
};

/** `sg-0a1b2c3d4e5f67890` */
export const ec2Id = (prefix: string, seed: string): string => `${prefix}-0${hex(seed).slice(0, 16)}`;

/** Ten lower-case letters and digits, as API Gateway and OpenSearch use them. */
export const shortId = (seed: string): string =>
  BigInt(`0x${hex(seed)}`)
    .toString(36)
    .slice(0, 10);
