import { oneOf, text } from "../../json-parameters.ts";

export const NAME = { minLength: 1, maxLength: 128, pattern: /^[a-zA-Z0-9_.-]+$/ };

/** How every action names its stream. */
export const streamAddress = {
  StreamName: text(NAME),
  StreamARN: text({ minLength: 1, maxLength: 2048, pattern: /^arn:aws.*:kinesis:.*:\d{12}:stream\/\S+$/ }),
};

export const streamMode = oneOf("PROVISIONED", "ON_DEMAND");

/** Seconds since the epoch with milliseconds, as timestamps go over the wire. */
export const seconds = (epochMs: number): number => epochMs / 1000;
