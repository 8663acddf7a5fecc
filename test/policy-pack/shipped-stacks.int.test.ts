import "../components/support/no-bundles.ts";
import { createRequire } from "node:module";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, test } from "vitest";
import program from "../../index.ts";
import { policies } from "../../policy-pack/policies.ts";
import { type ProgramRun, type Registered, runProgram } from "../components/support/monitor.ts";
import { stackConfig } from "../components/support/stacks.ts";

type Answer = InstanceType<typeof analyzer.AnalyzeResponse>;
type Rpc = (call: { request: unknown }, callback: (error: unknown, answer: Answer) => void) => void;
type MakeRpc = (pack: string, version: string, level: string, policies: unknown) => Rpc;
/** How the SDK itself evaluates a pack, without the process and the sockets around it. */
const sdk = createRequire(import.meta.url)("@pulumi/policy/server.js") as {
  readonly makeAnalyzeRpcFun: MakeRpc;
  readonly makeAnalyzeStackRpcFun: MakeRpc;
};

const call = (rpc: Rpc, request: unknown): Promise<string[]> =>
  new Promise((resolve, reject) =>
    rpc({ request }, (error, answer) => {
      if (error) reject(error);
      else resolve(answer.getDiagnosticsList().map((found) => `${found.getPolicyname()}: ${found.getMessage()}`));
    }),
  );

const properties = ({ raw }: Registered) => structs.Struct.fromJavaScript(raw as never);

const analyze = async ({ resources }: ProgramRun): Promise<string[]> => {
  const ofResource = sdk.makeAnalyzeRpcFun("nexus", "0.0.0", "mandatory", policies);
  const ofStack = sdk.makeAnalyzeStackRpcFun("nexus", "0.0.0", "mandatory", policies);
  const found: string[] = [];
  for (const resource of resources) {
    const { urn, type, name } = resource;
    const request = new analyzer.AnalyzeRequest().setUrn(urn).setType(type).setName(name);
    const options = new analyzer.AnalyzerResourceOptions();
    found.push(...(await call(ofResource, request.setProperties(properties(resource)).setOptions(options))));
  }
  const all = resources.map((resource) => {
    const { urn, type, name, parent, propertyDependencies } = resource;
    const message = new analyzer.AnalyzerResource().setUrn(urn).setType(type).setName(name).setParent(parent);
    for (const [property, urns] of Object.entries(propertyDependencies))
      message.getPropertydependenciesMap().set(property, new analyzer.AnalyzerPropertyDependencies().setUrnsList(urns));
    return message.setProperties(properties(resource)).setOptions(new analyzer.AnalyzerResourceOptions());
  });
  found.push(...(await call(ofStack, new analyzer.AnalyzeStackRequest().setResourcesList(all))));
  return found;
};

/** The run with one resource's inputs changed. */
const changed = (run: ProgramRun, name: string, change: (raw: Record<string, unknown>) => Record<string, unknown>) => ({
  ...run,
  resources: run.resources.map((resource) =>
    resource.name === name && resource.custom ? { ...resource, raw: change(resource.raw) } : resource,
  ),
});

describe.each(["dev", "prod"] as const)("the shipped stack %s", (stack) => {
  test.each([
    ["a preview", true],
    ["an update", false],
  ])("keeps every rule in %s, and none is left undecided", async (_, preview) => {
    expect(await analyze(await runProgram(program, { stack, preview, config: stackConfig(stack) }))).toEqual([]);
  });
});

test("rules across resources find their violation in a preview, where no ARN is known", async () => {
  const run = await runProgram(program, { stack: "dev", preview: true, config: stackConfig("dev") });
  const withoutDenial = changed(run, "orders-commands-events-policy", (raw) => {
    const policy = raw["policy"] as { Statement: { Effect: string }[] };
    return { ...raw, policy: { ...policy, Statement: policy.Statement.filter(({ Effect }) => Effect === "Allow") } };
  });
  expect(await analyze(withoutDenial)).toEqual([
    expect.stringMatching(
      /^nexus-iam-role-deny-event-changes: [\s\S]*orders-commands-events-policy reaches an event log/,
    ),
  ]);
});

test("a change of one input is found", async () => {
  const run = await runProgram(program, { stack: "prod", config: stackConfig("prod") });
  const opened = changed(run, "orders-commands-post-route", (raw) => ({ ...raw, authorizationType: "NONE" }));
  expect(await analyze(opened)).toEqual([expect.stringContaining("nexus-apigateway-route-require-iam")]);
});
