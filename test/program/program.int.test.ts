import "../components/support/no-bundles.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { TAGGABLE, UNTAGGABLE } from "../../components/tags.ts";
import program from "../../index.ts";
import { describePolicy, environmentOf, find, ofType } from "../components/support/find.ts";
import { type ProgramRun, runProgram } from "../components/support/monitor.ts";
import { stackConfig } from "../components/support/stacks.ts";

const TABLE = "aws:dynamodb/table:Table";
const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const QUEUE = "aws:sqs/queue:Queue";

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
      "orders-project-order-list",
      "orders-project-order-search",
      "orders-queries",
      "orders-router",
      "orders-snapshots",
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

  test("reads streams from their beginning, with finite retries and a place for what fails", () => {
    const streams = ofType(runs[stack], MAPPING).filter(({ inputs }) => inputs["startingPosition"] !== undefined);
    expect(streams.map(({ name }) => name).sort()).toEqual([
      "orders-project-order-list-core",
      "orders-project-order-search-core",
      "orders-router-events",
    ]);
    for (const { inputs } of streams)
      expect(inputs).toMatchObject({
        startingPosition: "TRIM_HORIZON",
        maximumRetryAttempts: 10,
        maximumRecordAgeInSeconds: 3600,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        destinationConfig: { onFailure: { destinationArn: expect.stringMatching(/-failures$/) } },
      });
  });

  test("hides a message of a queue for at least six times the timeout of its function", () => {
    const queues = ofType(runs[stack], MAPPING).filter(({ inputs }) => inputs["startingPosition"] === undefined);
    expect(queues).toHaveLength(4);
    for (const { inputs } of queues) {
      const nameOf = (arn: unknown) => String(arn).split(":").at(-1) ?? "";
      const queue = find(runs[stack], QUEUE, nameOf(inputs["eventSourceArn"])).inputs;
      const { timeout } = find(runs[stack], FUNCTION, nameOf(inputs["functionName"])).inputs;
      expect(queue["visibilityTimeoutSeconds"]).toBeGreaterThanOrEqual(6 * Number(timeout));
    }
  });

  test("asks for a signed request on every route", () => {
    const routes = ofType(runs[stack], "aws:apigatewayv2/route:Route").map(
      ({ inputs }) => `${inputs["routeKey"]} ${inputs["authorizationType"]}`,
    );
    expect(routes.sort()).toEqual([
      "$connect AWS_IAM",
      "$default NONE",
      "$disconnect NONE",
      "GET /api/queries/{resourceType} AWS_IAM",
      "GET /api/queries/{resourceType}/search AWS_IAM",
      "POST /api/commands/{commandType} AWS_IAM",
    ]);
  });

  test("encrypts every table, queue, topic and stream", () => {
    const key = stack === "prod" ? "arn:aws:kms:eu-west-1:000000000000:key/orders-key" : undefined;
    for (const { inputs } of ofType(runs[stack], TABLE))
      expect(inputs["serverSideEncryption"]).toEqual(
        key === undefined ? { enabled: true } : { enabled: true, kmsKeyArn: key },
      );
    for (const { inputs } of ofType(runs[stack], QUEUE))
      expect(key === undefined ? inputs["sqsManagedSseEnabled"] : inputs["kmsMasterKeyId"]).toBe(key ?? true);
    expect(find(runs[stack], "aws:sns/topic:Topic", "orders-standard").inputs["kmsMasterKeyId"]).toBe(
      key ?? "alias/aws/sns",
    );
    expect(find(runs[stack], "aws:kinesis/stream:Stream", "orders-core").inputs).toMatchObject({
      encryptionType: "KMS",
      kmsKeyId: key ?? "alias/aws/kinesis",
      retentionPeriod: 24,
    });
  });
});

test("the log is a table with a stream, an index by time, recovery and protection, in every stack", () => {
  for (const stack of ["dev", "prod"] as const)
    expect(find(runs[stack], TABLE, "orders-events").inputs).toMatchObject({
      hashKey: "aggregateId",
      rangeKey: "version",
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
      globalSecondaryIndexes: [
        { name: "TimestampIndex", hashKey: "bucket", rangeKey: "timeKey", projectionType: "KEYS_ONLY" },
      ],
    });
});

test("production pays for scaled capacity, protects data and keeps it in a VPC; dev does not", () => {
  const table = { dev: find(runs.dev, TABLE, "orders-events"), prod: find(runs.prod, TABLE, "orders-events") };
  expect(table.dev.inputs["billingMode"]).toBe("PAY_PER_REQUEST");
  expect(table.dev.inputs).not.toHaveProperty("readCapacity");
  expect(table.dev.protect).toBe(false);
  expect(ofType(runs.dev, "aws:appautoscaling/target:Target")).toEqual([]);
  expect(table.prod.inputs).toMatchObject({ billingMode: "PROVISIONED", readCapacity: 25, writeCapacity: 25 });
  expect(table.prod.protect).toBe(true);
  expect(table.prod.ignoreChanges).toContain("globalSecondaryIndexes[*].writeCapacity");
  expect(
    ofType(runs.prod, "aws:appautoscaling/target:Target")
      .map(({ inputs }) => inputs["scalableDimension"])
      .sort(),
  ).toEqual([
    "dynamodb:index:ReadCapacityUnits",
    "dynamodb:index:WriteCapacityUnits",
    "dynamodb:table:ReadCapacityUnits",
    "dynamodb:table:WriteCapacityUnits",
  ]);
  for (const { inputs } of ofType(runs.prod, FUNCTION))
    expect(inputs["vpcConfig"]).toMatchObject({ subnetIds: ["subnet-a", "subnet-b", "subnet-c"] });
  for (const { inputs } of ofType(runs.dev, FUNCTION)) expect(inputs).not.toHaveProperty("vpcConfig");
});

test("the search domain has three nodes over three zones in production and one small node in dev", () => {
  const domain = (run: ProgramRun) => find(run, "aws:opensearch/domain:Domain", "orders-read-model").inputs;
  expect(domain(runs.prod)).toMatchObject({
    clusterConfig: { instanceCount: 3, zoneAwarenessEnabled: true, zoneAwarenessConfig: { availabilityZoneCount: 3 } },
    vpcOptions: { subnetIds: ["subnet-a", "subnet-b", "subnet-c"] },
  });
  expect(domain(runs.dev)).toMatchObject({ clusterConfig: { instanceCount: 1, instanceType: "t3.small.search" } });
  for (const run of [runs.dev, runs.prod]) {
    expect(domain(run)).toMatchObject({
      encryptAtRest: { enabled: true },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true },
    });
    expect(domain(run)).not.toHaveProperty("accessPolicies");
  }
});

test("a queue takes messages of the topic alone, over TLS, and gives up after five receives", () => {
  const queue = find(runs.dev, QUEUE, "orders-order-list-events").inputs;
  expect(queue["visibilityTimeoutSeconds"]).toBe(30);
  expect(JSON.parse(String(queue["redrivePolicy"]))).toEqual({
    deadLetterTargetArn: "arn:aws:sqs:eu-west-1:000000000000:orders-order-list-events-dead-letters",
    maxReceiveCount: 5,
  });
  expect(
    find(runs.dev, "aws:sqs/queuePolicy:QueuePolicy", "orders-order-list-events-policy").inputs["policy"],
  ).toMatchObject({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: ["sqs:SendMessage"],
        Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:000000000000:orders-standard" } },
      },
      { Effect: "Deny", Principal: "*", Action: ["sqs:*"], Condition: { Bool: { "aws:SecureTransport": "false" } } },
    ],
  });
  expect(
    find(runs.dev, "aws:sns/topicSubscription:TopicSubscription", "orders-order-list-subscription").inputs,
  ).toMatchObject({
    rawMessageDelivery: true,
    filterPolicy: JSON.stringify({ type: ["OrderNoteAdded"] }),
  });
});

test("each event version has a schema of its own in the registry", () => {
  const schemas = ofType(runs.prod, "aws:glue/schema:Schema");
  expect(schemas.map(({ inputs }) => inputs["schemaName"]).sort()).toEqual([
    "OrderCancelled.v1",
    "OrderNoteAdded.v1",
    "OrderPlaced.v1",
  ]);
  for (const { inputs, protect } of schemas) {
    expect(inputs).toMatchObject({ dataFormat: "JSON", compatibility: "BACKWARD" });
    expect(JSON.parse(String(inputs["schemaDefinition"]))).toMatchObject({ type: "object" });
    expect(protect).toBe(true);
  }
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
  const commands = ["EVENTS_TABLE_NAME", "PROPAGATION", "SNAPSHOTS_TABLE_NAME", "SNAPSHOT_QUEUE_URL"];
  expect(keys(runs.dev, "commands")).toEqual(commands);
  expect(keys(runs.prod, "commands")).toEqual([...commands, "CORE_STREAM_NAME", "STANDARD_TOPIC_ARN"].sort());
  expect(keys(runs.dev, "router")).toEqual(["CORE_STREAM_NAME", "STANDARD_TOPIC_ARN"]);
  expect(keys(runs.dev, "project-order-list")).toEqual(projection);
  expect(keys(runs.dev, "queries")).toEqual(["READ_MODEL_URL"]);
  expect(keys(runs.dev, "connections")).toEqual(["CONNECTIONS_TABLE_NAME", "WEBSOCKET_ENDPOINT"]);
  expect(keys(runs.dev, "deliver")).toEqual(["CONNECTIONS_TABLE_NAME", "WEBSOCKET_ENDPOINT"]);
  expect(keys(runs.dev, "snapshots")).toEqual(["EVENTS_TABLE_NAME", "SNAPSHOTS_TABLE_NAME"]);
  expect(environmentOf(find(runs.dev, FUNCTION, "orders-deliver"))["WEBSOCKET_ENDPOINT"]).toBe(
    "https://orders-websocket.execute-api.eu-west-1.amazonaws.com/dev",
  );
});
