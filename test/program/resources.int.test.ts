import "../components/support/no-bundles.ts";
import { beforeAll, describe, expect, test } from "vitest";
import program from "../../index.ts";
import { find, ofType } from "../components/support/find.ts";
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
      "GET /api/events AWS_IAM",
      "GET /api/queries/temporal/{aggregateId} AWS_IAM",
      "GET /api/queries/temporal/{aggregateId}/diff AWS_IAM",
      "GET /api/queries/{resourceType} AWS_IAM",
      "GET /api/queries/{resourceType}/search AWS_IAM",
      "POST /api/commands AWS_IAM",
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
    filterPolicy: JSON.stringify({ type: ["EmailSent", "OrderNoteAdded"] }),
  });
});

test("each event version has a schema of its own in the registry", () => {
  const schemas = ofType(runs.prod, "aws:glue/schema:Schema");
  expect(schemas.map(({ inputs }) => inputs["schemaName"]).sort()).toEqual([
    "CartAbandoned.v1",
    "EmailSent.v1",
    "OrderCancelled.v1",
    "OrderNoteAdded.v1",
    "OrderPlaced.v1",
    "OrderPlaced.v2",
    "PaymentProcessed.v1",
  ]);
  for (const { inputs, protect } of schemas) {
    expect(inputs).toMatchObject({ dataFormat: "JSON", compatibility: "BACKWARD" });
    expect(JSON.parse(String(inputs["schemaDefinition"]))).toMatchObject({ type: "object" });
    expect(protect).toBe(true);
  }
});
