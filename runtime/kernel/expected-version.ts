import { nexusError } from "./errors.ts";

/** What a writer believes of an aggregate before it writes. */
export type ExpectedVersion =
  | { readonly kind: "any" }
  /** The aggregate has no event yet. */
  | { readonly kind: "none" }
  | { readonly kind: "exactly"; readonly version: number };

/** Of the optional number of a command: left out is any, 0 is none. */
export const expectedVersion = (version: number | undefined): ExpectedVersion => {
  if (version === undefined) return { kind: "any" };
  return version === 0 ? { kind: "none" } : { kind: "exactly", version };
};

const wanted = (expected: ExpectedVersion): number | undefined => {
  switch (expected.kind) {
    case "any":
      return undefined;
    case "none":
      return 0;
    case "exactly":
      return expected.version;
  }
};

/** Throws `NEXUS_VERSION_CONFLICT` when the aggregate is not where the writer believes it to be. */
export const assertExpectedVersion = (expected: ExpectedVersion, actual: number, aggregateId: string): void => {
  const version = wanted(expected);
  if (version === undefined || version === actual) return;
  throw nexusError(
    "NEXUS_VERSION_CONFLICT",
    `${aggregateId} is at version ${actual}, not ${version}: read it again and decide anew`,
    {
      context: { aggregateId, expectedVersion: version, actualVersion: actual },
    },
  );
};
