import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { announceStack } from "../../local/running-stack.ts";
import { type ApiDouble, apiDouble } from "../support/api-double.ts";
import { runCli } from "../support/run-cli.ts";

let cwd: string;
let api: ApiDouble;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "nexus-cli-"));
  api = await apiDouble();
});
afterEach(async () => {
  await api.close();
  await rm(cwd, { recursive: true });
});

const announce = async (folder: string): Promise<void> => {
  await mkdir(join(cwd, folder));
  announceStack(join(cwd, folder), api.stack);
};
const receipt = { commandId: "c", correlationId: "r", aggregateId: "order-1", version: 1, events: [] };

/** Makes a process name on standard error each module that it loads of what only some commands need. */
const NAME_HEAVY = `import { registerHooks } from "node:module";
  registerHooks({ load(url, context, next) {
    if (/\\/(@pulumi|@grpc|@aws-sdk|esbuild|ajv)\\//.test(url)) process.stderr.write(url + "\\n");
    return next(url, context);
  } });`;

it("every command starts without what only some of them need", async () => {
  const hook = `data:text/javascript,${encodeURIComponent(NAME_HEAVY)}`;
  const run = await runCli(["--version"], { cwd, env: { NODE_OPTIONS: `--import=${hook}` } });
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
});

describe("a command that talks to a stack", () => {
  it.each([
    ["the default folder", ".nexus", [], {}],
    ["--data", "elsewhere", ["--data", "elsewhere"], {}],
    ["--data-dir", "elsewhere", ["--data-dir", "elsewhere"], {}],
    ["NEXUS_DATA", "elsewhere", [], { NEXUS_DATA: "elsewhere" }],
  ])("finds it by %s", async (_, folder, args, env) => {
    await announce(folder);
    const { exitCode, stdout } = await runCli(["env", "--json", ...args], { cwd, env });
    expect(exitCode).toBe(0);
    const { pid: _pid, stack: _stack, outputs: _outputs, ...shown } = api.stack;
    expect(JSON.parse(stdout)).toEqual(shown);
  });

  it("says in one line that none runs, and how to start one", async () => {
    const { exitCode, stdout, stderr } = await runCli(["query", "order-list", "--data", "empty"], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^nexus: no stack runs on empty; start one with: nexus up --data empty.*\n$/);
  });
});

describe("nexus command", () => {
  it("reads the payload from standard input, a file or the option, and prints the receipt", async () => {
    await announce(".nexus");
    api.answer({ status: 202, body: receipt });
    await writeFile(join(cwd, "order.json"), '{"from":"file"}');
    const send = (data: string, input: string) =>
      runCli(["command", "PlaceOrder", "--aggregate-id", "order-1", "--data", data], { cwd, input });
    for (const [data, input] of [
      ["-", '{"from":"stdin"}'],
      ["@order.json", ""],
      ['{"from":"option"}', ""],
    ] as const) {
      const { exitCode, stdout } = await send(data, input);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual(receipt);
    }
    const payloads = api.seen.map(({ body }) => (JSON.parse(body) as { payload: { from: string } }).payload.from);
    expect(payloads).toEqual(["stdin", "file", "option"]);
  });

  it("ends with 1 and the problem when the command is refused, the stack named by a second --data", async () => {
    await announce("elsewhere");
    api.answer({ status: 422, body: { status: 422, code: "ORDER_UNKNOWN", detail: "there is no order order-1" } });
    const data = '{"aggregateId":"order-1","payload":{"reason":"late"}}';
    const run = await runCli(["command", "CancelOrder", "--data", data, "--data", "elsewhere"], { cwd });
    expect(run.exitCode).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ code: "ORDER_UNKNOWN" });
    expect(run.stderr).toBe("nexus: CancelOrder was refused: ORDER_UNKNOWN: there is no order order-1\n");
  });
});

describe("bad input", () => {
  it.each([
    ["an unknown command", ["frobnicate"], "unknown command 'frobnicate'"],
    ["an unknown option", ["env", "--colour"], "unknown option '--colour'"],
    ["a missing argument", ["query"], "missing required argument 'resource'"],
    ["a payload that is not JSON", ["command", "PlaceOrder", "--data", "{"], "the data is not JSON"],
    ["a payload file that is missing", ["command", "PlaceOrder", "--data", "@none.json"], "--data @none.json: ENOENT"],
    ["a filter without a value", ["query", "order-list", "--filter", "status"], "--filter must be field=value"],
    ["a version that is no number", ["command", "P", "--expected-version", "x"], "--expected-version must be"],
    ["schemas that are not there", ["generate"], "schemas: cannot be read as a folder (ENOENT)"],
  ])("such as %s ends with 2 and no stack trace", async (_, args, message) => {
    const { exitCode, stderr } = await runCli(args, { cwd });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    expect(exitCode).toBe(2);
  });
});

describe("a project's own commands", () => {
  const offer = async (module: string): Promise<void> => {
    await writeFile(join(cwd, "package.json"), '{"type":"module","nexus":{"commands":["./hello.js"]}}');
    await writeFile(join(cwd, "hello.js"), module);
  };

  it("stand beside the framework's", async () => {
    await offer('export const register = (program) => program.command("hello").action(() => console.log("hi"));');
    expect(await runCli(["hello"], { cwd })).toMatchObject({ exitCode: 0, stdout: "hi\n" });
    expect((await runCli(["--help"], { cwd })).stdout).toMatch(/hello.*/);
  });

  it("are told apart from the framework's when they do not load", async () => {
    await offer("throw new Error('broken');");
    await announce(".nexus");
    expect(await runCli(["env"], { cwd })).toMatchObject({ exitCode: 0 });
    const { exitCode, stderr } = await runCli(["hello"], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toBe("nexus: hello.js (nexus.commands in package.json) cannot be loaded: Error: broken\n");
  });
});
