import "../components/support/no-bundles.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { TAGGABLE, UNTAGGABLE } from "../../components/tags.ts";
import program from "../../index.ts";
import { describePolicy, environmentOf, find, ofType } from "../components/support/find.ts";
import { type ProgramRun, runProgram } from "../components/support/monitor.ts";
import { stackConfig } from "../components/support/stacks.ts";

const _TABLE = "aws:dynamodb/table:Table";
const FUNCTION = "aws:lambda/function:Function";
const _MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const _QUEUE = "aws:sqs/queue:Queue";

const runs = {} as Record<"dev" | "prod", ProgramRun>;
beforeAll(async () => {
  for (const stack of ["dev", "prod"] as const)
    runs[stack] = await runProgram(program, { stack, config: stackConfig(stack) });
});

describe.each(["dev", "prod"] as const)("the program of stack %s", (stack) => {
  test("gives every resource a parent and the service's name as prefix", () => {
    const [root, ...rest] = runs[stack].resources;
    expect(root?.type).toBe("pulumi:pulumi:Stack");
    for (const { urn, name, parent } of rest) {
      expect(name, urn).toMatch(/^orders(-|$)/);
      expect(parent, urn).not.toBe("");
    }
    const topLevel = rest.filter(({ parent }) => parent === root?.urn).map(({ type }) => type.split(":").at(-1));
    const ofProduction = stack === "prod" ? ["DataKey", "Network"] : [];
    expect(topLevel.sort()).toEqual([
      "CommandService",
      ...ofProduction.slice(0, 1),
      "EventBus",
      "EventStore",
      "HttpApi",
      ...ofProduction.slice(1),
      "Notifications",
      "OperatorAccess",
      "QueryDashboard",
      "SchemaRegistry",
      "SnapshotManager",
      "TemporalQueries",
    ]);
  });

  test("tags every resource that takes tags", () => {
    for (const { urn, type, custom, inputs } of runs[stack].resources) {
      if (!custom && type !== "awsx:ec2:Vpc") continue;
      expect(TAGGABLE.has(type) !== UNTAGGABLE.has(type), `${type} stands in one list of components/tags.ts`).toBe(
        true,
      );
      if (TAGGABLE.has(type))
        expect(inputs["tags"], urn).toMatchObject({ Service: "orders", Stage: stack, ManagedBy: "pulumi" });
    }
  });

  test("registers the same resources in a preview, where what AWS computes is unknown", async () => {
    const preview = await runProgram(program, { stack, preview: true, config: stackConfig(stack) });
    const urns = ({ resources }: ProgramRun) => resources.map(({ urn }) => urn).sort();
    expect(urns(preview)).toEqual(urns(runs[stack]));
  });

  test("exports where the service is found", () => {
    expect(runs[stack].outputs).toEqual({
      apiUrl: "https://orders-api.execute-api.eu-west-1.amazonaws.com",
      webSocketUrl: `wss://orders-websocket.execute-api.eu-west-1.amazonaws.com/${stack}`,
      eventsTableName: "orders-events",
      coreStreamName: "orders-core",
      standardTopicArn: "arn:aws:sns:eu-west-1:000000000000:orders-standard",
      registryName: `orders-${stack}`,
      operatorPolicyArn: "arn:aws:iam:eu-west-1:000000000000:orders-operator",
    });
  });

  test("gives each role exactly the permissions that are written down", async () => {
    const policies = runs[stack].resources.filter(({ type }) =>
      /^aws:iam\/(rolePolicy:RolePolicy|policy:Policy)$/.test(type),
    );
    const lines = policies
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .flatMap(({ name, inputs }) => [`${name}:`, ...describePolicy(inputs).map((line) => `  ${line}`), ""]);
    await expect(lines.join("\n")).toMatchFileSnapshot(`permissions.${stack}.txt`);
  });

  test("runs every function on Node 24, arm64, traced, logging to a group with an end, keeping what it fails at", () => {
    const functions = ofType(runs[stack], FUNCTION);
    expect(functions.map(({ name }) => name).sort()).toEqual([
      "orders-commands",
      "orders-connections",
      "orders-deliver",
      "orders-due-snapshots",
      "orders-event-ranges",
      "orders-project-order-list",
      "orders-project-order-search",
      "orders-queries",
      "orders-router",
      "orders-snapshots",
      "orders-temporal",
    ]);
    for (const { name, inputs } of functions) {
      expect(inputs).toMatchObject({
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        tracingConfig: { mode: "Active" },
        loggingConfig: { logGroup: `${name}-logs` },
        deadLetterConfig: { targetArn: expect.stringMatching(/-(failures|dead-letters)$/) },
      });
      expect(find(runs[stack], "aws:cloudwatch/logGroup:LogGroup", `${name}-logs`).inputs["retentionInDays"]).toBe(
        stack === "dev" ? 7 : 365,
      );
    }
  });
});

test("a function gets the environment keys of its work and no others", () => {
  const common = [
    "SERVICE_NAME",
    "STAGE",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
  ];
  const keys = (run: ProgramRun, name: string) =>
    Object.keys(environmentOf(find(run, FUNCTION, `orders-${name}`)))
      .filter((key) => !common.includes(key))
      .sort();
  const projection = ["EVENTS_TABLE_NAME", "NOTIFICATION_QUEUE_URL", "PROJECTION_NAME", "READ_MODEL_URL"];
  const commands = [
    "EVENTS_TABLE_NAME",
    "PROPAGATION",
    "SCHEMA_REGISTRY_NAME",
    "SNAPSHOTS_BUCKET_NAME",
    "SNAPSHOTS_TABLE_NAME",
    "SNAPSHOT_QUEUE_URL",
  ];
  expect(keys(runs.dev, "commands")).toEqual(commands);
  expect(keys(runs.prod, "commands")).toEqual([...commands, "CORE_STREAM_NAME", "STANDARD_TOPIC_ARN"].sort());
  expect(keys(runs.dev, "router")).toEqual(["CORE_STREAM_NAME", "SCHEMA_REGISTRY_NAME", "STANDARD_TOPIC_ARN"]);
  expect(keys(runs.dev, "project-order-list")).toEqual(projection);
  expect(keys(runs.dev, "queries")).toEqual(["READ_MODEL_URL"]);
  expect(keys(runs.dev, "connections")).toEqual(["CONNECTIONS_TABLE_NAME", "WEBSOCKET_ENDPOINT"]);
  expect(keys(runs.dev, "deliver")).toEqual(["CONNECTIONS_TABLE_NAME", "WEBSOCKET_ENDPOINT"]);
  expect(keys(runs.dev, "snapshots")).toEqual(["EVENTS_TABLE_NAME", "SNAPSHOTS_BUCKET_NAME", "SNAPSHOTS_TABLE_NAME"]);
  const limits = ["RATE_LIMITS_TABLE_NAME", "TEMPORAL_RATE_PER_MINUTE"];
  expect(keys(runs.dev, "temporal")).toEqual(
    [
      "CONTINUATIONS_TABLE_NAME",
      "EVENTS_TABLE_NAME",
      "SNAPSHOTS_BUCKET_NAME",
      "SNAPSHOTS_TABLE_NAME",
      ...limits,
    ].sort(),
  );
  expect(keys(runs.dev, "event-ranges")).toEqual(["EVENTS_TABLE_NAME", ...limits]);
  expect(keys(runs.dev, "due-snapshots")).toEqual(["EVENTS_TABLE_NAME", "SNAPSHOT_QUEUE_URL"]);
  expect(environmentOf(find(runs.dev, FUNCTION, "orders-deliver"))["WEBSOCKET_ENDPOINT"]).toBe(
    "https://orders-websocket.execute-api.eu-west-1.amazonaws.com/dev",
  );
});
