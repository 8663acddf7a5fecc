import { expect, it } from "vitest";
import { checkSoundness, VALUES_A_PAIR } from "./soundness.ts";

/** Each case is a value put to an old schema and a new one. */
const CASES = Number(process.env["NEXUS_SCHEMA_CASES"] ?? 100_000);
/** Another seed asks other questions. */
const SEED = Number(process.env["NEXUS_SCHEMA_SEED"] ?? 1);

it(`never calls compatible what Ajv shows to be breaking, and shows every break by a value (${CASES} cases, seed ${SEED})`, {
  timeout: 120_000 + CASES,
}, () => {
  const pairs = Math.ceil(CASES / VALUES_A_PAIR);
  const tally = checkSoundness(pairs, SEED);
  // The generators reach what they are for: valid values, values at which the schemas differ, both verdicts.
  expect(tally.accepted).toBeGreaterThan(CASES * 0.2);
  expect(tally.refused).toBeGreaterThan(CASES * 0.02);
  expect(tally.compatible).toBeGreaterThan(tally.pairs * 0.2);
  expect(tally.incompatible).toBeGreaterThan(tally.pairs * 0.2);
  // Undecided counts as incompatible, so too much of it would be a nuisance.
  expect(tally.undecided).toBeLessThan(tally.pairs * 0.01);
});
