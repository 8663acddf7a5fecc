import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { buildGoTool, goAvailable } from "../support/go-tool.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const WORKFLOWS = join(REPOSITORY, ".github", "workflows");

interface Job {
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly steps?: readonly { readonly uses?: string; readonly run?: string; readonly "continue-on-error"?: boolean }[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = new Map(
  readdirSync(WORKFLOWS).map((file) => [file, parse(readFileSync(join(WORKFLOWS, file), "utf8")) as Workflow]),
);
const workflow = (file: string): Workflow => {
  const found = workflows.get(file);
  if (found === undefined) throw new Error(`there is no workflow ${file}`);
  return found;
};

const CALLS = /^\.\/\.github\/workflows\/(.+)$/;

/** Whether a job, or a workflow it calls, changes a stack. */
const deploys = ({ uses, steps = [] }: Job): boolean => {
  const called = CALLS.exec(uses ?? "")?.[1];
  if (called !== undefined) return Object.values(workflow(called).jobs).some(deploys);
  return steps.some(
    (step) => /^pulumi\/actions@/.test(step.uses ?? "") || /\bpulumi (up|update|destroy)\b/.test(step.run ?? ""),
  );
};

/** The workflows that have passed before a job of this one begins. */
const passedBefore = ({ jobs }: Workflow, name: string): string[] =>
  [jobs[name]?.needs ?? []].flat().flatMap((needed) => {
    const called = CALLS.exec(jobs[needed]?.uses ?? "")?.[1];
    return [...(called === undefined ? [] : [called]), ...passedBefore({ on: {}, jobs }, needed)];
  });

describe("nothing is deployed past governance", () => {
  const startable = [...workflows].filter(([, { on }]) => Object.keys(on).some((event) => event !== "workflow_call"));
  const deploying = startable.flatMap(([file, { jobs }]) =>
    Object.entries(jobs).flatMap(([name, job]) => (deploys(job) ? [[file, name, job] as const] : [])),
  );

  test("dev and prod are deployed, by nothing but deploy.yml", () => {
    expect(deploying.map(([file, name]) => `${file} ${name}`)).toEqual(["deploy.yml dev", "deploy.yml prod"]);
  });

  test.each(deploying)("%s %s begins when checks and governance have passed, whatever else", (file, name, job) => {
    expect(passedBefore(workflow(file), name)).toEqual(expect.arrayContaining(["checks.yml", "governance.yml"]));
    // `if: always()` would run it after a failure.
    expect(job.if).toBeUndefined();
  });

  test("a finding fails governance", () => {
    const steps = workflow("governance.yml").jobs["governance"]?.steps ?? [];
    const report = steps.find(({ run }) => run?.includes("governance-report"));
    expect(report).toBeDefined();
    expect(report?.["continue-on-error"]).toBeUndefined();
    expect(workflow("governance.yml").on).toHaveProperty("pull_request");
  });
});

const lacksGo = !goAvailable() && process.env["NEXUS_REQUIRE_ENGINES"] !== "1";
if (lacksGo) console.warn("actionlint is skipped: there is no Go to build it with.");

test.skipIf(lacksGo)(
  "the workflows are in order by actionlint",
  async () => {
    const actionlint = await buildGoTool("github.com/rhysd/actionlint/cmd/actionlint", "v1.7.7");
    // Without shellcheck and pyflakes, which a machine may or may not have.
    const args = [
      "-no-color",
      "-shellcheck=",
      "-pyflakes=",
      ...[...workflows.keys()].map((file) => join(WORKFLOWS, file)),
    ];
    const output = await new Promise<string>((resolve) => {
      execFile(actionlint, args, { cwd: REPOSITORY }, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
    });
    expect(output).toBe("");
  },
  300_000,
);
