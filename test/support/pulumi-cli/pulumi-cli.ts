import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGoTool } from "../go-tool.ts";
import { type ProviderFunctions, serveProviderStub } from "./provider-stub.ts";

/** The newest release whose tool module builds from the Go module proxy. */
export const CLI_VERSION = "v3.250.0";

const MODULE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

/** Path of the real CLI, built once and kept outside the tree; the first build takes minutes. */
export const buildPulumiCli = (): Promise<string> => buildGoTool(MODULE, CLI_VERSION);

export interface PreviewResult {
  readonly exitCode: number;
  readonly output: string;
}

const REGION = "eu-west-1";
const ACCOUNT_ID = "123456789012";

const functions: ProviderFunctions = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: ACCOUNT_ID,
    arn: `arn:aws:iam::${ACCOUNT_ID}:user/ci`,
    id: ACCOUNT_ID,
    userId: "AIDAEXAMPLE",
  }),
  "aws:index/getRegion:getRegion": () => ({
    id: REGION,
    name: REGION,
    region: REGION,
    description: REGION,
    endpoint: "",
  }),
  "aws:index/getPartition:getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" }),
};

/**
 * `pulumi preview` of a stack by the real CLI: a backend in a temporary folder, no network, no account.
 * `config` adds to what Pulumi.<stack>.yaml says.
 */
export const pulumiPreview = async (options: {
  cli: string;
  project: string;
  stack: string;
  policyPack?: string;
  config?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
}): Promise<PreviewResult> => {
  const home = mkdtempSync(join(tmpdir(), "nexus-pulumi-"));
  const stub = await serveProviderStub(functions);
  const bin = join(home, "bin");
  mkdirSync(bin);
  mkdirSync(join(home, "state"));
  const host = join(bin, "pulumi-language-nodejs");
  writeFileSync(
    host,
    `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, "language-host.ts")}" "$@"\n`,
  );
  chmodSync(host, 0o755);
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env["PATH"]}`,
    HOME: home,
    PULUMI_HOME: join(home, ".pulumi"),
    PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "preview",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_PROVIDERS: `aws:${stub.port}`,
    NO_COLOR: "1",
    ...options.env,
  };
  const pulumi = (...args: string[]): Promise<PreviewResult> =>
    new Promise((resolve) => {
      execFile(
        options.cli,
        [...args, "--non-interactive", "--color", "never"],
        { cwd: project, env, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
          resolve({ exitCode, output: `${stdout}${stderr}` });
        },
      );
    });
  const project = linkedCopy(options.project, join(home, "project"));
  try {
    const created = await pulumi("stack", "init", options.stack);
    if (created.exitCode !== 0) return created;
    for (const [key, value] of Object.entries(options.config ?? {}))
      await pulumi("config", "set", "--stack", options.stack, "--path", key, value);
    return await pulumi(
      "preview",
      "--stack",
      options.stack,
      ...(options.policyPack === undefined ? [] : ["--policy-pack", options.policyPack]),
    );
  } finally {
    stub.close();
    rmSync(home, { recursive: true, force: true });
  }
};

/**
 * The project with every entry linked, but its stack files copied: `stack init` writes an encryption salt into them.
 */
const linkedCopy = (project: string, copy: string): string => {
  mkdirSync(copy);
  for (const entry of readdirSync(project)) {
    if (/^Pulumi\..+\.yaml$/.test(entry)) copyFileSync(join(project, entry), join(copy, entry));
    else symlinkSync(join(project, entry), join(copy, entry));
  }
  return copy;
};
