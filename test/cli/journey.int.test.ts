import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runJourney } from "../../cli/journey.ts";
import { findProject } from "../../cli/project.ts";
import type { RunningStack } from "../../local/running-stack.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-journey-"));
});
afterEach(() => rm(folder, { recursive: true }));

const stack: RunningStack = {
  pid: 1,
  stack: "dev",
  api: "http://127.0.0.1:1",
  websocket: "ws://127.0.0.1:1",
  aws: "http://127.0.0.1:1",
  region: "eu-west-1",
  accessKeyId: "key",
  secretAccessKey: "secret",
  outputs: {},
};

const play = async (journey: string) => {
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", nexus: { journey: "./journey.js" } }));
  await writeFile(join(folder, "journey.js"), journey);
  const seen: string[] = [];
  const result = await runJourney(stack, ({ name }) => seen.push(name), findProject(folder));
  return { ...result, seen };
};

it("reports each stage as it ends, with what it showed", async () => {
  const { ok, stages, seen } = await play(`export const journey = async (stack, record) => {
    const value = await record("first", performance.now() - 40, async () => ({ detail: stack.region, value: 7 }));
    await record("second", performance.now(), async () => ({ detail: String(value) }));
  };`);
  expect(ok).toBe(true);
  expect(seen).toEqual(["first", "second"]);
  expect(stages).toMatchObject([
    { name: "first", ok: true, detail: "eu-west-1" },
    { name: "second", ok: true, detail: "7" },
  ]);
  expect(stages[0]?.ms).toBeGreaterThanOrEqual(40);
});

it("has stages that run side by side in the order in which they began", async () => {
  const { stages, seen } = await play(`export const journey = async (_, record) => {
    const { promise, resolve } = Promise.withResolvers();
    await Promise.all([
      record("slow", performance.now(), async () => ({ detail: await promise })),
      record("fast", performance.now(), async () => { setTimeout(resolve, 1, ""); return { detail: "" }; }),
    ]);
  };`);
  expect(seen).toEqual(["fast", "slow"]);
  expect(stages.map(({ name }) => name)).toEqual(["slow", "fast"]);
});

it("ends at a stage that fails, and says why", async () => {
  const { ok, stages } = await play(`export const journey = async (_, record) => {
    await record("first", performance.now(), async () => { throw new Error("nothing came"); });
    await record("second", performance.now(), async () => ({ detail: "" }));
  };`);
  expect(ok).toBe(false);
  expect(stages).toMatchObject([{ name: "first", ok: false, detail: "nothing came" }]);
});

it("fails when the journey itself breaks between stages", async () => {
  const { ok, stages } = await play(`export const journey = async () => { throw new Error("broken"); };`);
  expect(ok).toBe(false);
  expect(stages).toMatchObject([{ name: "journey", ok: false, detail: "Error: broken" }]);
});

it("has nothing to fail in a project without a journey", async () => {
  await writeFile(join(folder, "package.json"), "{}");
  expect(await runJourney(stack, undefined, findProject(folder))).toEqual({ ok: true, stages: [] });
});

it("names the module and the key when the journey cannot be loaded", async () => {
  await expect(play("export const other = 1;")).rejects.toThrow(/nexus.journey in package.json\) must export journey/);
});

it.each([
  [{ nexus: { journeys: "x" } }, "nexus.journeys is not known"],
  [{ nexus: { commands: "x" } }, "nexus.commands must be a list"],
  [{ nexus: { schemas: 1 } }, "nexus.schemas must be a text"],
  [{ nexus: [] }, "nexus must be an object"],
])("refuses the malformed section %j", async (content, message) => {
  await writeFile(join(folder, "package.json"), JSON.stringify(content));
  expect(() => findProject(folder)).toThrow(message);
});
