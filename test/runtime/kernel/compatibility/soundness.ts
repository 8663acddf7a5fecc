import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { assess } from "../../../../runtime/kernel/compatibility/assess.ts";
import { SchemaDocument } from "../../../../runtime/kernel/compatibility/schema-document.ts";
import { anyDefinitions, anySchema, chance, type Json, type Keywords, mutate, type Source } from "./random-schema.ts";
import { anyValue, valueNear } from "./random-value.ts";

/** How often what came out, to see that the property was not true for want of anything to test. */
export interface Tally {
  pairs: number;
  /** Values that the old schema accepts: each asks whether the new one does as well. */
  accepted: number;
  /** Of those, what the new one refuses. */
  refused: number;
  compatible: number;
  incompatible: number;
  undecided: number;
}

/** Values drawn for each pair of schemas. */
export const VALUES_A_PAIR = 20;

const compile = (schema: Json): ((value: Json) => boolean) | undefined => {
  try {
    const ajv = new Ajv2020({ strict: false, logger: false, validateSchema: false, meta: false });
    const validate = ajv.compile(schema as object);
    return (value) => validate(value) === true;
  } catch {
    // Ajv refuses some references that lead to themselves.
    return undefined;
  }
};

/** Some references that lead back to the same value make Ajv's validators recur without end. */
const ask = (validate: (value: Json) => boolean, value: Json): boolean | undefined => {
  try {
    return validate(value);
  } catch {
    return undefined;
  }
};

/**
 * Draws a schema, a change to it and values for both, and asks Ajv for each value what it is worth. The verdict must not
 * be `compatible` when the old schema accepts one that the new one refuses; a counterexample must be such a value.
 */
export const checkSoundness = (pairs: number, seed: number): Tally => {
  const tally: Tally = { pairs: 0, accepted: 0, refused: 0, compatible: 0, incompatible: 0, undecided: 0 };
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      const about = draw(fc.constantFrom, "contains" as const, "tuples" as const, "unevaluated items" as const);
      const source: Source = { int: (max) => draw(fc.nat, { max }), about };
      const depth = 1 + source.int(1);
      const before = withDefinitions(anySchema(source, depth), anyDefinitions(source));
      const changed = withDefinitions(mutate(source, before, depth), before["$defs"] as Keywords);
      const after = chance(source, 20) ? changeDefinition(source, changed) : changed;
      judge(source, before, after, tally);
    }),
    { numRuns: pairs, seed, endOnFailure: true },
  );
  return tally;
};

const withDefinitions = (schema: Json, definitions: Keywords): Keywords => ({
  ...(typeof schema === "object" && !Array.isArray(schema) ? schema : schema === false ? { not: {} } : {}),
  $defs: structuredClone(definitions),
});

const changeDefinition = (source: Source, schema: Keywords): Keywords => {
  const definitions = schema["$defs"] as Keywords;
  return { ...schema, $defs: { ...definitions, list: mutate(source, definitions["list"] ?? true, 0) } };
};

const judge = (source: Source, before: Keywords, after: Keywords, tally: Tally): void => {
  const [old, next] = [compile(before), compile(after)];
  if (old === undefined || next === undefined) return;
  const options = { narrower: true, wider: false, waivers: [] };
  const { verdict, counterexamples } = assess(new SchemaDocument(before), new SchemaDocument(after), options);
  tally.pairs += 1;
  tally[verdict] += 1;
  if ("narrower" in counterexamples) {
    const value = counterexamples.narrower as Json;
    if (ask(old, value) === false) fail("refused by the old schema", before, after, value);
    if (ask(next, value) === true) fail("accepted by the new schema", before, after, value);
  }
  for (let count = 0; count < VALUES_A_PAIR; count += 1) {
    const value = count % 10 === 9 ? anyValue(source) : valueNear(source, count % 3 === 0 ? after : before, before);
    if (ask(old, value) !== true) continue;
    tally.accepted += 1;
    if (ask(next, value) !== false) continue;
    tally.refused += 1;
    if (verdict === "compatible") fail("called compatible", before, after, value);
  }
};

const fail = (what: string, ...[before, after, value]: readonly Json[]): never => {
  throw new Error(`${what}: old ${JSON.stringify(before)} new ${JSON.stringify(after)} value ${JSON.stringify(value)}`);
};
