import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StateStore } from "../../../local/engine/state.ts";
import { Approval } from "../../../local/policy/approval.ts";
import { registrationOf } from "../../support/engine-fixtures.ts";

let pack: string;
let state: StateStore;

beforeEach(() => {
  pack = mkdtempSync(join(tmpdir(), "nexus-pack-"));
  writeFileSync(join(pack, "rule.ts"), "export const limit = 1;");
  state = new StateStore(":memory:");
});
afterEach(() => {
  state.close();
  rmSync(pack, { recursive: true });
});

const ENVIRONMENT = { PULUMI_CONFIG: "{}" };
const approval = (environment = ENVIRONMENT) => new Approval(state, pack, environment);

const queue = registrationOf({ name: "queue", inputs: { size: 1 } });
const other = registrationOf({ name: "other" });

describe("an approval", () => {
  it("covers the graph it was given for, in whatever order it is registered", () => {
    approval().record([queue, other]);
    expect(approval().covers([other, queue])).toBe(true);
  });

  it.each([
    ["another input", [{ ...queue, inputs: { size: 2 } }, other]],
    ["another option", [registrationOf({ name: "queue", inputs: { size: 1 }, options: { protect: true } }), other]],
    ["another dependency", [{ ...queue, dependencies: [other.urn] }, other]],
    ["a resource less", [queue]],
    ["a resource more", [queue, other, registrationOf({ name: "third" })]],
  ])("does not cover a graph with %s", (_what, graph) => {
    approval().record([queue, other]);
    expect(approval().covers(graph)).toBe(false);
  });

  it("is void when the policy pack or what it is told changes, or it is another", () => {
    approval().record([queue]);
    expect(new Approval(state, undefined, ENVIRONMENT).isLikely).toBe(false);
    expect(approval({ PULUMI_CONFIG: '{"shop:size":"2"}' }).isLikely).toBe(false);
    writeFileSync(join(pack, "rule.ts"), "export const limit = 0;");
    expect(approval().isLikely).toBe(false);
    expect(approval().covers([queue])).toBe(false);
  });

  it("is not given to a stack that never was judged", () => {
    expect(approval().isLikely).toBe(false);
  });
});
