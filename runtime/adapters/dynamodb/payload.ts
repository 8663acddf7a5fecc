import { gunzipSync, gzipSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { nexusError } from "../../kernel/errors.ts";

/** Text above this is compressed; below, the time it takes is not worth the capacity it saves. */
const COMPRESS_ABOVE_BYTES = 4_096;
/** Far above what 350 KB of JSON hold when compressed; a bound for what a damaged item may unfold to. */
const UNPACKED_LIMIT_BYTES = 64 * 1_048_576;

/** JSON as a string, or as gzip where it is long. */
export const encodeJson = (value: unknown): AttributeValue.SMember | AttributeValue.BMember => {
  const text = JSON.stringify(value);
  return text.length > COMPRESS_ABOVE_BYTES ? { B: gzipSync(text, { level: 6 }) } : { S: text };
};

/** Binary comes as bytes from the SDK, as base64 in the records that Lambda hands over. */
type EncodedJson = { readonly S?: string | undefined; readonly B?: Uint8Array | string | undefined };

/** Throws `NEXUS_LOG_CORRUPT`. */
export const decodeJson = (value: EncodedJson | undefined): unknown => {
  try {
    if (value?.S !== undefined) return JSON.parse(value.S);
    if (value?.B === undefined) throw new TypeError("it is neither a string nor binary");
    const packed = typeof value.B === "string" ? Buffer.from(value.B, "base64") : value.B;
    return JSON.parse(gunzipSync(packed, { maxOutputLength: UNPACKED_LIMIT_BYTES }).toString("utf8"));
  } catch (cause) {
    throw nexusError("NEXUS_LOG_CORRUPT", "the item's JSON cannot be read", { cause });
  }
};

export const storedBytes = (value: EncodedJson | undefined): number => {
  if (value?.S !== undefined) return Buffer.byteLength(value.S);
  if (typeof value?.B === "string") return Buffer.byteLength(value.B, "base64");
  return value?.B?.length ?? 0;
};
