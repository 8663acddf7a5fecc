import { bindCondition } from "./bind-condition.ts";
import { bindUpdate } from "./bind-update.ts";
import type { Bindings } from "./bindings.ts";
import { assertNoOverlap } from "./document-path.ts";
import { cached } from "./parse-cache.ts";
import { parseCondition } from "./parse-condition.ts";
import { parseProjection } from "./parse-projection.ts";
import { parseUpdate } from "./parse-update.ts";
import type { BoundCondition, BoundUpdate, Path } from "./syntax.ts";

const parsers = {
  ConditionExpression: cached((text) => parseCondition("ConditionExpression", text)),
  FilterExpression: cached((text) => parseCondition("FilterExpression", text)),
  KeyConditionExpression: cached((text) => parseCondition("KeyConditionExpression", text)),
};
const projections = cached(parseProjection);
const updates = cached(parseUpdate);

/** Parses (once for each text), binds and checks a condition; undefined when there is none. */
export const readCondition = (
  kind: keyof typeof parsers,
  text: string | undefined,
  bindings: Bindings,
): BoundCondition | undefined => (text === undefined ? undefined : bindCondition(kind, parsers[kind](text), bindings));

export const readUpdate = (text: string | undefined, bindings: Bindings): BoundUpdate | undefined =>
  text === undefined ? undefined : bindUpdate(updates(text), bindings);

export const readProjection = (text: string | undefined, bindings: Bindings): readonly Path[] | undefined => {
  if (text === undefined) return undefined;
  const paths = projections(text).map((path) => bindings.path("ProjectionExpression", path));
  assertNoOverlap("ProjectionExpression", paths);
  return paths;
};
