/** What a function's answer says of its batch. */
export type BatchVerdict =
  | { readonly kind: "success" }
  /** Identifiers of the records that failed, one at least. */
  | { readonly kind: "partial"; readonly failed: ReadonlySet<string> }
  | { readonly kind: "failure"; readonly reason: string };

/**
 * Reads `{ batchItemFailures: [{ itemIdentifier }] }` as Lambda does: no list, or an empty one, is success; an
 * identifier that is missing, empty or of no record of the batch fails the whole batch.
 */
export const readBatchResponse = (answer: unknown, identifiers: ReadonlySet<string>): BatchVerdict => {
  if (answer === null || answer === undefined) return { kind: "success" };
  if (typeof answer !== "object") return { kind: "failure", reason: "the answer is no object" };
  const failures: unknown = Reflect.get(answer, "batchItemFailures");
  if (failures === null || failures === undefined) return { kind: "success" };
  if (!Array.isArray(failures)) return { kind: "failure", reason: "batchItemFailures is no list" };
  const failed = new Set<string>();
  for (const failure of failures) {
    const identifier: unknown =
      typeof failure === "object" && failure !== null ? Reflect.get(failure, "itemIdentifier") : undefined;
    if (typeof identifier !== "string" || !identifiers.has(identifier)) {
      return {
        kind: "failure",
        reason: `batchItemFailures names ${JSON.stringify(identifier)}, no record of the batch`,
      };
    }
    failed.add(identifier);
  }
  return failed.size === 0 ? { kind: "success" } : { kind: "partial", failed };
};
