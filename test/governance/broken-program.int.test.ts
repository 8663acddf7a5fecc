import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Registration } from "../../local/engine/registration.ts";
import { analyzeGraph } from "../../local/policy/analyze.ts";
import { type Analyzer, loadPack } from "../../local/policy/pack.ts";
import { readGraph } from "../../local/preview-stack.ts";
import { policies } from "../../policy-pack/policies.ts";
import { breakages } from "./breakages.ts";

const directory = fileURLToPath(new URL("../..", import.meta.url));

let production: readonly Registration[] = [];
let analyzer: Analyzer;
// The SDK asks for the working directory of the pack.
const { cwd } = process;
beforeAll(async () => {
  production = await readGraph({ directory, stack: "prod" });
  analyzer = await loadPack(fileURLToPath(new URL("../../policy-pack", import.meta.url)));
});
afterAll(() => {
  process.cwd = cwd;
});

test("every policy is broken in turn", () => {
  expect(Object.keys(breakages).sort()).toEqual(policies.map(({ name }) => name).sort());
});

test("the shipped production stack keeps them all", async () => {
  expect(await analyzeGraph(analyzer, production)).toEqual([]);
});

describe("a program changed to break a rule is stopped by it", () => {
  test.each(Object.entries(breakages))("%s", async (policy, breakIt) => {
    const violations = await analyzeGraph(analyzer, breakIt(production));
    expect(violations).toContainEqual(expect.objectContaining({ policy, level: "mandatory" }));
  });
});
