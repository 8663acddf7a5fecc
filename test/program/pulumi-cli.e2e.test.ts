import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { goAvailable } from "../support/go-tool.ts";
import { buildPulumiCli, pulumiPreview } from "../support/pulumi-cli/pulumi-cli.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const policyPack = fileURLToPath(new URL("../../policy-pack", import.meta.url));

/** The CLI would fetch awsx's plugin to make a VPC; in a VPC that is there it needs none. */
const EXISTING_VPC = {
  "nexus-blueprint:network.vpc": "existing",
  "nexus-blueprint:network.vpcId": "vpc-1",
  "nexus-blueprint:network.privateSubnetIds[0]": "subnet-1",
  "nexus-blueprint:network.privateSubnetIds[1]": "subnet-2",
  "nexus-blueprint:network.privateSubnetIds[2]": "subnet-3",
};

const required = process.env["NEXUS_REQUIRE_ENGINES"] === "1";
const lacksGo = !goAvailable() && !required;
if (lacksGo) console.warn("The tests with the real Pulumi CLI are skipped: there is no Go to build it with.");

describe.skipIf(lacksGo)("the real Pulumi CLI", () => {
  let cli = "";
  // The first build takes minutes.
  beforeAll(async () => {
    cli = await buildPulumiCli();
  }, 900_000);

  test.each<[string, Record<string, string>]>([
    ["dev", {}],
    ["prod", EXISTING_VPC],
  ])("previews stack %s unchanged, and the policy pack has nothing to say", async (stack, config) => {
    const { exitCode, output } = await pulumiPreview({ cli, project, stack, policyPack, config });
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/\+ \d{3} to create/);
    expect(output).toContain("✅ nexus-blueprint@v0.1.0");
    expect(output).not.toMatch(/advisory|mandatory|can't run policy/);
  });

  test("shows what is wrong with the config as one line", async () => {
    const config = { "nexus-blueprint:coreStream.shards": "0" };
    const { exitCode, output } = await pulumiPreview({ cli, project, stack: "dev", config });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("error: nexus-blueprint:coreStream.shards must be an integer from 1 to 500, but is 0.");
    expect(output).not.toContain("node_modules/@pulumi");
  });

  test("refuses a graph that breaks a mandatory policy", async () => {
    const config = { "nexus-blueprint:eventsTable.deletionProtection": "false" };
    const { exitCode, output } = await pulumiPreview({ cli, project, stack: "dev", policyPack, config });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("nexus-dynamodb-table-protect-events");
    expect(output).toContain("The event log can be deleted. Set deletionProtectionEnabled to true.");
  });

  test("hands the waivers in the stack's config to the policy pack, which tells them as advice", async () => {
    const config = {
      "nexus-blueprint:eventsTable.deletionProtection": "false",
      "nexus:waivers[0].policy": "nexus-dynamodb-table-protect-events",
      "nexus:waivers[0].resource": "orders-events",
      "nexus:waivers[0].reason": "thrown away every night",
      "nexus:waivers[0].expires": "2027-01-31",
    };
    const env = { NEXUS_POLICY_DATE: "2027-01-31" };
    const { exitCode, output } = await pulumiPreview({ cli, project, stack: "dev", policyPack, config, env });
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/\[advisory\].* nexus-dynamodb-table-protect-events-waived/);
    expect(output).toContain("Waived until 2027-01-31 (thrown away every night): The event log can be deleted.");
  });
});
