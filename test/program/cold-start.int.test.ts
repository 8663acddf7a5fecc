import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, test } from "vitest";
import program from "../../index.ts";
import { environmentOf, find, ofType } from "../components/support/find.ts";
import { type ProgramRun, type Registered, runProgram } from "../components/support/monitor.ts";
import { stackConfig } from "../components/support/stacks.ts";

/** What Lambda adds to a function's environment and its runtime reads. */
const LAMBDA = {
  AWS_REGION: "eu-west-1",
  AWS_LAMBDA_FUNCTION_NAME: "test",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_ACCESS_KEY_ID: "AKIATEST",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_XRAY_CONTEXT_MISSING: "IGNORE_ERROR",
  // What a function asks for as it starts gets no answer here.
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
};

const FUNCTION = "aws:lambda/function:Function";
const folderOf = ({ inputs }: Registered): string => (inputs["code"] as { path: string }).path;

/** Imports the bundle as Lambda does at a cold start; the type of its handler, or the error. */
const coldStart = async (fn: Registered, environment: Record<string, string>): Promise<string> => {
  const script = `import(process.env.ENTRY).then(
    ({ handler }) => require("node:worker_threads").parentPort.postMessage(typeof handler),
    (error) => require("node:worker_threads").parentPort.postMessage(error.message));`;
  const env = { ...LAMBDA, ...environment, ENTRY: join(folderOf(fn), "index.mjs") };
  const worker = new Worker(script, { eval: true, env, stdout: true, stderr: true });
  const [answer] = await once(worker, "message");
  await worker.terminate();
  return String(answer);
};

const runs = {} as Record<"dev" | "prod", ProgramRun>;
beforeAll(async () => {
  for (const stack of ["dev", "prod"] as const)
    runs[stack] = await runProgram(program, {
      stack,
      config: { ...stackConfig(stack), "nexus-blueprint:sourceMaps": false },
    });
});

const functions = (stack: "dev" | "prod") => ofType(runs[stack], FUNCTION);

describe.each(["dev", "prod"] as const)("in stack %s", (stack) => {
  test("every function starts with the environment that its component gives it", async () => {
    const answers = await Promise.all(
      functions(stack).map(async (fn) => [fn.name, await coldStart(fn, environmentOf(fn))] as const),
    );
    expect(answers).toHaveLength(11);
    for (const [name, answer] of answers) expect(answer, name).toBe("function");
  });

  test("an archive holds the function, and of the parts that are loaded later those that it may need", () => {
    const parts = (name: string): string[] => readdirSync(folderOf(find(runs[stack], FUNCTION, name)));
    expect(parts("orders-commands")).toEqual([
      "event-streams.mjs",
      "index.mjs",
      "s3-client.mjs",
      "schema-evolution.mjs",
    ]);
    expect(parts("orders-queries")).toEqual(["index.mjs", "open-opensearch.mjs", "sqlite-read-model-store.mjs"]);
    expect(parts("orders-deliver")).toEqual(["event-streams.mjs", "index.mjs"]);
  });
});

test("a function that lacks a key of its environment does not start, and names it", async () => {
  const fn = find(runs.dev, FUNCTION, "orders-commands");
  const { EVENTS_TABLE_NAME: _, ...rest } = environmentOf(fn);
  expect(await coldStart(fn, rest)).toContain("EVENTS_TABLE_NAME");
});

test("the bundles do not differ between stacks", () => {
  expect(functions("prod").map(folderOf).sort()).toEqual(functions("dev").map(folderOf).sort());
});
