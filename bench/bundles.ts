import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import index from "../index.ts";
import { environmentOf, ofType } from "../test/components/support/find.ts";
import { type Registered, runProgram } from "../test/components/support/monitor.ts";
import { stackConfig } from "../test/components/support/stacks.ts";
import { type BenchResult, type BenchRow, compare } from "./result.ts";
import { ROOT } from "./stack/run-node.ts";

const ROUNDS = 11;

/** What Lambda itself adds to a function's environment. Nobody listens at the endpoint. */
const LAMBDA = {
  AWS_REGION: "eu-west-1",
  AWS_LAMBDA_FUNCTION_NAME: "bench",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_ACCESS_KEY_ID: "AKIABENCH",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_XRAY_CONTEXT_MISSING: "IGNORE_ERROR",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
};

const IMPORT = `const started = performance.now();
await import(process.env.ENTRY);
console.log(performance.now() - started);
process.exit(0);`;

/** What of an archive is read at a cold start; the rest is loaded when it is first needed. */
const LOADED = `import { registerHooks } from "node:module";
const loaded = [];
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
await import(process.env.ENTRY);
console.log(JSON.stringify(loaded));
process.exit(0);`;

const execute = promisify(execFile);

type Environment = Readonly<Record<string, string>>;

/** The last line that a script says in a process of its own, as at a cold start: nothing of the bundle is compiled or cached. */
const lastLine = async (script: string, entry: string, environment: Environment): Promise<string> => {
  const env = { ...LAMBDA, ...environment, ENTRY: entry };
  const { stdout } = await execute(process.execPath, ["--input-type=module", "--eval", script], { env });
  return stdout.trim().split("\n").at(-1) ?? "";
};

const importMs = async (entry: string, environment: Environment): Promise<number> =>
  Number(await lastLine(IMPORT, entry, environment));

const kilobytes = (files: readonly string[]): number =>
  files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000;

const startSize = async (entry: string, environment: Environment): Promise<number> => {
  const urls = JSON.parse(await lastLine(LOADED, entry, environment)) as string[];
  return kilobytes(urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url)));
};

const archiveSize = (entry: string): number => {
  const folder = dirname(entry);
  return kilobytes(readdirSync(folder).map((file) => join(folder, file)));
};

/** The smallest thing that can put an item: the SDK's DynamoDB client alone, bundled as ours are. */
const bareClient = async (folder: string): Promise<string> => {
  const outfile = join(folder, "index.mjs");
  await build({
    stdin: {
      contents: `import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
        const client = new DynamoDBClient({});
        export const handler = (input) => client.send(new PutItemCommand(input));`,
      resolveDir: ROOT,
    },
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    legalComments: "none",
    logLevel: "silent",
  });
  return outfile;
};

const entryOf = ({ inputs }: Registered): string => join((inputs["code"] as { path: string }).path, "index.mjs");

/**
 * Of each function, what is read at its start, what its archive holds, unpacked, and how long the import takes, beside a
 * bundle of the bare DynamoDB client.
 */
export const run = async (): Promise<BenchResult> => {
  const program = await runProgram(index, { stack: "dev", config: stackConfig("dev") });
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-bundles-"));
  try {
    const bare = await bareClient(folder);
    const bareSize = kilobytes([bare]);
    const rows: BenchRow[] = [];
    for (const fn of ofType(program, "aws:lambda/function:Function")) {
      const [entry, environment] = [entryOf(fn), environmentOf(fn)];
      const [ours, theirs]: [number[], number[]] = [[], []];
      for (let round = -1; round < ROUNDS; round++) {
        const [mine, reference] = [await importMs(entry, environment), await importMs(bare, {})];
        if (round < 0) continue;
        ours.push(mine);
        theirs.push(reference);
      }
      const shared = { reference: "the bare DynamoDB client", better: "smaller" as const };
      const sizes = { ...shared, unit: "KB", theirs: [bareSize] };
      rows.push(
        compare({ case: `${fn.name}: size at start`, ...sizes, ours: [await startSize(entry, environment)] }),
        compare({ case: `${fn.name}: size of the archive`, ...sizes, ours: [archiveSize(entry)] }),
        compare({ case: `${fn.name}: import`, unit: "ms", ...shared, ours, theirs }),
      );
    }
    return { name: "bundles", versions: { node: process.version }, rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
