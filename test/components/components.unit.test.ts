import "./support/no-bundles.ts";
import * as aws from "@pulumi/aws";
import { describe, expect, test } from "vitest";
import {
  EventBus,
  EventStore,
  HttpApi,
  Network,
  Notifications,
  QueryDashboard,
  ReadModel,
  RuntimeFunction,
  SchemaRegistry,
  type ServiceArgs,
  WorkQueue,
} from "../../components/index.ts";
import type { Route } from "../../runtime/kernel/contract.ts";
import { describePolicy, find, ofType } from "./support/find.ts";
import { parcels } from "./support/fixture-service.ts";
import { type ProgramRun, runProgram } from "./support/monitor.ts";

const shared = (...routes: Route[]): ServiceArgs => ({ service: parcels(...routes), serviceModule: "/service.ts" });

/** Registers what `build` makes. */
const registering = (build: () => unknown): Promise<ProgramRun> =>
  runProgram(async () => {
    build();
    return undefined;
  });

/** The error of `build`, which must come before anything reaches the engine. */
const refused = async (build: () => unknown): Promise<string> => {
  let message = "nothing was refused";
  await registering(() => {
    try {
      build();
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return message;
};

const readSide = (...routes: Route[]): Promise<ProgramRun> =>
  registering(() => {
    const args = shared(...routes);
    const registry = new SchemaRegistry("parcels", args);
    const store = new EventStore("parcels", args);
    const bus = new EventBus("parcels", { ...args, registry, store });
    const notifications = new Notifications("parcels", args);
    const api = new HttpApi("parcels", args);
    new QueryDashboard("parcels", { ...args, store, bus, notifications, api });
  });

describe("another service", () => {
  test("gets resources of its own projections and events", async () => {
    const run = await readSide("core", "standard");
    expect(ofType(run, "aws:kinesis/streamConsumer:StreamConsumer").map(({ name }) => name)).toEqual([
      "parcels-parcel-list-consumer",
    ]);
    expect(find(run, "aws:lambda/function:Function", "parcels-project-parcel-list").inputs).toMatchObject({
      timeout: 5,
    });
    const registry = await registering(() => new SchemaRegistry("parcels", shared("core", "standard")));
    expect(
      ofType(registry, "aws:glue/schema:Schema")
        .map(({ inputs }) => inputs["schemaName"])
        .sort(),
    ).toEqual(["Parcelcore.v1", "Parcelstandard.v1"]);
  });

  test("whose events all go over Kinesis gets no queue and no subscription", async () => {
    const run = await readSide("core");
    expect(ofType(run, "aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
    expect(ofType(run, "aws:sqs/queue:Queue").map(({ name }) => name)).not.toContain("parcels-parcel-list-events");
    const sources = ofType(run, "aws:lambda/eventSourceMapping:EventSourceMapping").map(({ name }) => name);
    expect(sources).toContain("parcels-project-parcel-list-core");
    expect(sources).not.toContain("parcels-project-parcel-list-standard");
  });
});

describe("defaults keep data", () => {
  test("the log is protected, recoverable and encrypted unless the caller says otherwise", async () => {
    const { inputs, protect } = find(
      await registering(() => new EventStore("parcels", shared("core"))),
      "aws:dynamodb/table:Table",
      "parcels-events",
    );
    expect(protect).toBe(true);
    expect(inputs).toMatchObject({
      billingMode: "PROVISIONED",
      deletionProtectionEnabled: true,
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
    });
  });

  test("a function without grants may write its logs, traces and failures, and nothing else", async () => {
    const run = await registering(() => new RuntimeFunction("parcels-x", { ...shared("core"), handler: "x" }));
    expect(describePolicy(find(run, "aws:iam/rolePolicy:RolePolicy", "parcels-x-policy").inputs)).toEqual([
      "Allow sqs:SendMessage on sqs:parcels-x-failures",
      "Allow logs:CreateLogStream, logs:PutLogEvents on logs:log-group:parcels-x-logs:*",
      "Allow xray:PutTraceSegments, xray:PutTelemetryRecords on *",
    ]);
  });

  test("a route that is added asks for a signed request", async () => {
    const run = await registering(() => {
      const api = new HttpApi("parcels", shared("core"));
      const fn = new RuntimeFunction("parcels-x", { ...shared("core"), handler: "x" });
      api.addRoutes("parcels-x", { get: "GET /x/{id}" }, fn, fn);
    });
    expect(find(run, "aws:apigatewayv2/route:Route", "parcels-x-get-route").inputs["authorizationType"]).toBe(
      "AWS_IAM",
    );
    expect(find(run, "aws:lambda/permission:Permission", "parcels-x-get").inputs["sourceArn"]).toBe(
      "arn:aws:execute-api:eu-west-1:000000000000:parcels-api/*/GET/x/*",
    );
  });
});

test("an existing VPC is used as it is: no VPC and no endpoint is made", async () => {
  const privateSubnetIds = ["subnet-1", "subnet-2"];
  const run = await registering(() => {
    const network = new Network("parcels", { ...shared("core"), vpc: "existing", vpcId: "vpc-9", privateSubnetIds });
    new RuntimeFunction("parcels-x", { ...shared("core"), network, handler: "x" });
  });
  expect(ofType(run, "awsx:ec2:Vpc")).toEqual([]);
  expect(ofType(run, "aws:ec2/vpcEndpoint:VpcEndpoint")).toEqual([]);
  expect(find(run, "aws:ec2/securityGroup:SecurityGroup", "parcels-functions").inputs["vpcId"]).toBe("vpc-9");
  expect(find(run, "aws:lambda/function:Function", "parcels-x").inputs["vpcConfig"]).toEqual({
    subnetIds: privateSubnetIds,
    securityGroupIds: ["parcels-functions-id"],
  });
});

test("alarms tell the topic that is given", async () => {
  const alarmTopicArn = "arn:aws:sns:eu-west-1:000000000000:alarms";
  const run = await registering(() => new WorkQueue("parcels-q", { ...shared("core"), alarmTopicArn }));
  expect(find(run, "aws:cloudwatch/metricAlarm:MetricAlarm", "parcels-q-dead-letters-alarm").inputs).toMatchObject({
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: "parcels-q-dead-letters" },
    threshold: 0,
    alarmActions: [alarmTopicArn],
  });
});

test("a resource's own tags stand beside the service's", async () => {
  const run = await registering(() => new SchemaRegistry("parcels", shared("standard")));
  expect(find(run, "aws:glue/schema:Schema", "parcels-Parcelstandard-v1").inputs["tags"]).toEqual({
    Service: "parcels",
    Stage: "dev",
    ManagedBy: "pulumi",
    Aggregate: "parcel",
    Route: "standard",
  });
});

describe("what cannot be deployed is refused at once", () => {
  const privateSubnetIds = ["subnet-1", "subnet-2"];
  test.each<[string, () => unknown, string]>([
    [
      "a name that AWS would not take",
      () => new EventStore("My Store", shared("core")),
      'component "My Store": use a name of a-z, 0-9 and hyphens',
    ],
    [
      "a function whose role's name would be too long",
      () => new RuntimeFunction(`p${"x".repeat(51)}`, { ...shared("core"), handler: "x" }),
      "its name has 52 characters, at most 51 fit",
    ],
    [
      "a queue that shows a message again while its function still works on it",
      () => {
        const queue = new WorkQueue("parcels-q", shared("core"));
        new RuntimeFunction("parcels-x", { ...shared("core"), handler: "x", timeoutSeconds: 6 }).readQueue("q", queue);
      },
      "the queue hides a message for 30 s, which must be at least six times the timeout of 6 s",
    ],
    [
      "a domain name that is too long",
      () => new ReadModel("parcels", { ...shared("core"), domainName: "a".repeat(29) }),
      "use 3 to 28 of a-z, 0-9 and hyphens",
    ],
    [
      "a number of nodes that does not spread over zones",
      () =>
        new ReadModel("parcels", {
          ...shared("core"),
          size: { instanceType: "r7g.large.search", instanceCount: 4, volumeGigabytes: 10 },
        }),
      "read model of 4 nodes: use 1, 2 or a multiple of 3 nodes",
    ],
    [
      "a domain over more zones than the network has",
      () => {
        const network = new Network("parcels", {
          ...shared("core"),
          vpc: "existing",
          vpcId: "vpc-9",
          privateSubnetIds,
        });
        new ReadModel("parcels", { ...shared("core"), network });
      },
      "a search domain over 3 zones needs as many private subnets, but the network has 2",
    ],
  ])("%s", async (_, build, message) => {
    expect(await refused(build)).toContain(message);
  });
});

test("every component has a type that policies can match", () => {
  for (const component of [
    EventStore,
    EventBus,
    HttpApi,
    Network,
    Notifications,
    QueryDashboard,
    ReadModel,
    RuntimeFunction,
  ])
    expect(component.__pulumiType).toBe(`nexus:index:${component.name}`);
  expect(aws.dynamodb.Table).toHaveProperty("__pulumiType");
});
