import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildPulumiCli, CLI_VERSION, goAvailable, pulumiPreview } from "../support/pulumi-cli/pulumi-cli.ts";

const root = join(import.meta.dirname, "..", "..");
const policyPack = join(root, "policy-pack");

const required = process.env["NEXUS_REQUIRE_ENGINES"] === "1";
const available = goAvailable();
if (!available && !required)
  console.warn(`skipped: the real Pulumi CLI ${CLI_VERSION} is built with Go, which is not here`);

describe.skipIf(!available && !required)("the real Pulumi CLI", () => {
  let cli = "";
  beforeAll(async () => {
    if (!available) throw new Error("NEXUS_REQUIRE_ENGINES=1, but Go, which builds the Pulumi CLI, is not in PATH");
    cli = await buildPulumiCli();
  }, 900_000);

  it("previews the dev stack with the policy pack, unchanged and without a violation", async () => {
    const { exitCode, output } = await pulumiPreview({ cli, project: root, stack: "dev", policyPack });
    expect(output).toContain("nexus:index:EventStore orders create");
    expect(output).toMatch(/\+ \d{3} to create/);
    expect(output).not.toMatch(/\[mandatory\]|\[advisory\]/);
    expect(exitCode, output).toBe(0);
  });

  it("previews the prod stack in an existing VPC, without a violation", async () => {
    const config = {
      "nexus-blueprint:network.vpc": "existing",
      "nexus-blueprint:network.vpcId": "vpc-0a1b2c3d4e5f60718",
      "nexus-blueprint:network.privateSubnetIds[0]": "subnet-0a1b2c3d4e5f60711",
      "nexus-blueprint:network.privateSubnetIds[1]": "subnet-0a1b2c3d4e5f60712",
      "nexus-blueprint:network.privateSubnetIds[2]": "subnet-0a1b2c3d4e5f60713",
    };
    const { exitCode, output } = await pulumiPreview({ cli, project: root, stack: "prod", policyPack, config });
    expect(output).toContain("aws:kms:Key orders-key create");
    expect(output).not.toMatch(/\[mandatory\]|\[advisory\]/);
    expect(exitCode, output).toBe(0);
  });

  it("fails a program that breaks a policy, with the policy's own message", async () => {
    const project = join(import.meta.dirname, "fixtures", "wildcard-role");
    const { exitCode, output } = await pulumiPreview({ cli, project, stack: "dev", policyPack });
    expect(output).toContain("[mandatory]");
    expect(output).toContain("nexus-iam-role-");
    expect(exitCode).not.toBe(0);
  });
});
