import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { StateStore } from "../../local/engine/state.ts";
import { runCli } from "../support/run-cli.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-governed-"));
  for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "package.json"])
    copyFileSync(join(REPOSITORY, file), join(folder, file));
  for (const entry of ["index.ts", "node_modules"]) symlinkSync(join(REPOSITORY, entry), join(folder, entry));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Adds to the config of stack dev. */
const configure = (config: Record<string, unknown>): void => {
  const file = join(folder, "Pulumi.dev.yaml");
  const yaml = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  writeFileSync(file, stringify({ config: { ...yaml.config, ...config } }));
};

const nexus = (command: string, date = "2027-01-31", ...args: string[]) =>
  runCli([command, ...args, "--data", join(folder, "data")], { cwd: folder, env: { NEXUS_POLICY_DATE: date } });

const UNPROTECTED = { "nexus-blueprint:eventsTable": { billing: "onDemand", deletionProtection: false } };
const WAIVER = {
  policy: "nexus-dynamodb-table-protect-events",
  resource: "orders-events",
  reason: "thrown away every night",
  expires: "2027-01-31",
};

test("a stack that breaks a rule is not brought up, and nothing of it is made", async () => {
  configure(UNPROTECTED);
  const { exitCode, stderr, stdout } = await nexus("up", undefined, "--once", "--port", "0");
  expect(exitCode, stdout).toBe(1);
  expect(stderr).toContain("policy pack nexus-blueprint: 1 rule is broken, so nothing was started");
  expect(stderr).toContain(
    'nexus-dynamodb-table-protect-events: aws:dynamodb/table:Table "orders-events": An event log can be restored',
  );
  const state = join(folder, "data", "state.db");
  if (!existsSync(state)) return;
  const store = new StateStore(state);
  try {
    expect([...store.all()]).toEqual([]);
  } finally {
    store.close();
  }
});

test("a rule that is waived with a reason is told as advice until its last day, and stops the stack from then on", async () => {
  configure({ ...UNPROTECTED, "nexus:waivers": [WAIVER] });
  const waived = await nexus("preview");
  expect(waived.exitCode, waived.stderr).toBe(0);
  expect(waived.stdout).toContain("advisory nexus-dynamodb-table-protect-events-waived");
  expect(waived.stdout).toContain("Waived until 2027-01-31 (thrown away every night): The event log can be deleted.");
  const expired = await nexus("preview", "2027-02-01");
  expect(expired.exitCode).toBe(1);
  expect(expired.stdout).toContain("Its waiver expired on 2027-01-31.");
});

test("what a team adds to the program is judged as the rest", async () => {
  rmSync(join(folder, "index.ts"));
  writeFileSync(
    join(folder, "index.ts"),
    `import * as aws from "@pulumi/aws";
import program from ${JSON.stringify(join(REPOSITORY, "index.ts"))};

export default async () => {
  const outputs = await program();
  new aws.lambda.EventSourceMapping("audit", {
    functionName: "audit",
    eventSourceArn: new aws.kinesis.Stream("clicks", { shardCount: 1 }).arn,
    startingPosition: "LATEST",
  });
  return outputs;
};
`,
  );
  const { exitCode, stdout } = await nexus("preview", undefined, "--json");
  expect(exitCode).toBe(1);
  const { violations } = JSON.parse(stdout) as { violations: { policy: string }[] };
  expect([...new Set(violations.map(({ policy }) => policy))].sort()).toEqual([
    "nexus-aws-resource-name-owner",
    "nexus-kinesis-stream-encrypt-records",
    "nexus-lambda-mapping-bound-retries",
    "nexus-lambda-mapping-read-whole-stream",
    "nexus-lambda-mapping-report-failed-items",
  ]);
});
