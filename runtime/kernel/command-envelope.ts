import type { SchemaViolation } from "./contract.ts";
import { type NexusError, nexusError } from "./errors.ts";

/** An event's id is `<aggregateId>/<version>`, keys of the time index and the snapshots hold `#`: neither is for ids. */
const AGGREGATE_ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/;

/** Visible ASCII; the log keeps it. */
const ID = /^[\x21-\x7e]{1,128}$/;

export const isId = (value: unknown): value is string => typeof value === "string" && ID.test(value);

interface Field {
  /** Completes "must be ...". */
  readonly expected: string;
  readonly keyword: string;
  readonly optional?: true;
  readonly fits: (value: unknown) => boolean;
}

const ANY_ID: Field = { expected: "1 to 128 characters of visible ASCII", keyword: "pattern", fits: isId };

const isObject = (value: unknown): boolean => value !== null && typeof value === "object" && !Array.isArray(value);

/** All that a command is besides what its own schema says of the payload. */
const FIELDS = {
  aggregateId: {
    expected: "1 to 128 letters, digits or . _ : @ -, the first a letter or digit",
    keyword: "pattern",
    fits: (value) => typeof value === "string" && AGGREGATE_ID.test(value),
  },
  payload: { expected: "an object", keyword: "type", fits: isObject },
  expectedVersion: {
    expected: "a whole number of at least 0",
    keyword: "type",
    optional: true,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
  type: { expected: "the type of a command", keyword: "type", fits: (value) => typeof value === "string" },
  commandId: ANY_ID,
  correlationId: ANY_ID,
  causationId: { ...ANY_ID, optional: true },
  actor: {
    expected: "a text that names the caller",
    keyword: "type",
    fits: (value) => typeof value === "string" && value !== "",
  },
} as const satisfies Record<string, Field>;

export type EnvelopeField = keyof typeof FIELDS;

const ALL = Object.keys(FIELDS) as EnvelopeField[];

/** What is wrong with those fields of a command; empty when nothing is. */
export const envelopeViolations = (
  envelope: Readonly<Partial<Record<EnvelopeField, unknown>>>,
  fields: readonly EnvelopeField[] = ALL,
): SchemaViolation[] => {
  const found: SchemaViolation[] = [];
  for (const name of fields) {
    const { expected, keyword, optional, fits }: Field = FIELDS[name];
    const value = envelope[name];
    if (value === undefined ? optional : fits(value)) continue;
    found.push({
      path: `/${name}`,
      keyword: value === undefined ? "required" : keyword,
      message: `must be ${expected}`,
    });
  }
  return found;
};

/** Violations as one error, which names the first and lists all in `errors`. */
export const envelopeError = (errors: readonly SchemaViolation[]): NexusError =>
  nexusError("NEXUS_REQUEST_INVALID", `${errors[0]?.path} ${errors[0]?.message}`, { context: { errors } });
