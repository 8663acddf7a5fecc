// nexus schema check: 500 schemas, each changed since it was published, beside compiling the same 500 with Ajv.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { checkSet } from "../cli/schema/check-set.ts";
import { readSchemaFolder } from "../cli/schema/schema-set.ts";
import { type BenchResult, compare } from "./result.ts";

const SCHEMAS = 500;
const ROUNDS = 7;

/** An order event, a bit different each time; every third with the tagged union and the recursion of larger models. */
const schema = (index: number, changed: boolean) => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: {
    [`field${index}`]: { type: "string", minLength: 1, maxLength: 40 + index },
    currency: { enum: ["EUR", "GBP", ...(changed ? ["USD"] : [])] },
    placedAt: { type: "string", format: "date-time", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$" },
    lines: { type: "array", minItems: 1, maxItems: 2000, items: { $ref: "#/$defs/line" } },
    totalMinor: { type: changed && index % 5 === 0 ? "number" : "integer", minimum: 0, maximum: 10 ** 9 },
    ...(index % 3 === 0 ? { payment: { oneOf: ["card", "invoice", "voucher"].map(payment) } } : {}),
    ...(changed ? { channel: { type: "string" } } : {}),
  },
  required: ["currency", "placedAt", "lines", ...(changed && index % 7 === 0 ? ["totalMinor"] : [])],
  additionalProperties: false,
  $defs: {
    line: {
      type: "object",
      properties: {
        sku: { type: "string", minLength: 1, maxLength: changed ? 60 : 40 },
        quantity: { type: "integer", minimum: 1, maximum: 100_000 },
        ...(index % 3 === 0 ? { parts: { type: "array", items: { $ref: "#/$defs/line" } } } : {}),
      },
      required: ["sku", "quantity"],
      additionalProperties: false,
    },
  },
});

const payment = (kind: string) => ({
  type: "object",
  properties: { kind: { const: kind }, reference: { type: "string", maxLength: 40 } },
  required: ["kind"],
  additionalProperties: false,
});

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-schemas-"));
  try {
    for (const [name, changed] of [
      ["published", false],
      ["schemas", true],
    ] as const) {
      mkdirSync(join(folder, name, "order"), { recursive: true });
      for (let index = 0; index < SCHEMAS; index += 1)
        writeFileSync(
          join(folder, name, `order/Event${index}.v1.json`),
          JSON.stringify(schema(index, changed), null, 2),
        );
    }
    return measure(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const measure = (folder: string): BenchResult => {
  const cases = { check: [] as number[], ajv: [] as number[], command: [] as number[], ajvProcess: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    cases.check.push(seconds(() => check(folder)));
    cases.ajv.push(seconds(() => compileAll(folder)));
    cases.command.push(seconds(() => command(folder)));
    cases.ajvProcess.push(seconds(() => ajvProcess(folder)));
  }
  const common = { unit: "s", better: "smaller" } as const;
  return {
    name: "schema-check",
    versions: { node: process.version, ajv: installed("ajv") },
    rows: [
      compare({
        ...common,
        case: `compare ${SCHEMAS} changed schemas, in process`,
        reference: "Ajv compiles them",
        ours: cases.check,
        theirs: cases.ajv,
      }),
      compare({
        ...common,
        case: `nexus schema check, ${SCHEMAS} changed schemas`,
        reference: "a process with Ajv compiles them",
        ours: cases.command,
        theirs: cases.ajvProcess,
      }),
    ],
  };
};

const seconds = (work: () => void): number => {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1_000;
};

const check = (folder: string): void => {
  const [published, schemas] = ["published", "schemas"].map((name) =>
    readSchemaFolder(join(folder, name), (path) => path),
  );
  if (published === undefined || schemas === undefined) throw new Error("no schemas");
  const found = checkSet(schemas, { name: "published", schemas: published }, "BACKWARD", (path) => path);
  const broken = found.filter(({ verdict }) => verdict !== "compatible").length;
  // Every seventh requires a property more.
  if (found.length !== SCHEMAS || broken !== Math.ceil(SCHEMAS / 7)) throw new Error(`${broken} of ${found.length}`);
};

const compileAll = (folder: string): void => {
  const ajv = new Ajv2020({ strict: false, logger: false, formats: { "date-time": true } });
  for (const { schema: content } of readSchemaFolder(join(folder, "schemas"), (path) => path).values())
    ajv.compile(content as object);
};

const command = (folder: string): void => {
  const main = new URL("../cli/main.ts", import.meta.url).pathname;
  const args = [main, "schema", "check", "--schemas", join(folder, "schemas"), "--against", join(folder, "published")];
  // Exit code 1: some of them are not compatible.
  expectExit(1, () => execFileSync(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] }));
};

const expectExit = (status: number, work: () => unknown): void => {
  try {
    work();
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === status) return;
    throw error;
  }
  throw new Error(`ended with 0 instead of ${status}`);
};

const ajvProcess = (folder: string): void => {
  const script = `
    const { Ajv2020 } = await import(${JSON.stringify(import.meta.resolve("ajv/dist/2020.js"))});
    const { readdirSync, readFileSync } = await import("node:fs");
    const within = ${JSON.stringify(join(folder, "schemas/order"))};
    const ajv = new Ajv2020({ strict: false, logger: false, formats: { "date-time": true } });
    for (const name of readdirSync(within)) ajv.compile(JSON.parse(readFileSync(within + "/" + name, "utf8")));`;
  execFileSync(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
};

const installed = (name: string): string =>
  String(JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")).version);
