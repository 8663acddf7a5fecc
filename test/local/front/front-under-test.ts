import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { createFaults, type Front, openFront, type RequestLogEntry } from "../../../local/front/index.ts";
import type { InvocationResult, JsonService, MessagingService } from "../../../local/services/contract.ts";
import { openIam } from "../../../local/services/iam/index.ts";
import { openMessaging } from "../../../local/services/messaging/index.ts";

export const REGION = "eu-west-1";
export const ROLE = "arn:aws:iam::000000000000:role/commands";
export const SESSION = "arn:aws:sts::000000000000:assumed-role/commands/commands-fn";
export const QUEUE_URL = `https://sqs.${REGION}.amazonaws.com/000000000000/orders`;
export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:000000000000:${resource}`;

const engine = () => ({ call: vi.fn<JsonService["call"]>(async () => ({})), close: async () => undefined });

/**
 * A front over fake engines and the real IAM and messaging, for the tests of one file: with a role that is granted
 * nothing, a queue `orders`, a topic `standard` and a bucket `snapshots`. SDK clients find it by AWS_ENDPOINT_URL.
 */
export const useFront = () => {
  const iam = openIam({ file: ":memory:" });
  const engines = { dynamodb: engine(), kinesis: engine(), glue: engine() };
  const lambda = {
    invoke: vi.fn(
      async (_name: string, payload: unknown): Promise<InvocationResult> => ({
        requestId: "r",
        payload,
        durationMs: 1,
      }),
    ),
    invokeAsync: vi.fn(async () => undefined),
  };
  const faults = createFaults();
  const log: RequestLogEntry[] = [];
  const folder = mkdtempSync(join(tmpdir(), "nexus-front-"));
  const running: { front?: Front; messaging?: MessagingService } = {};
  const get = <K extends keyof typeof running>(name: K): NonNullable<(typeof running)[K]> => {
    const value = running[name];
    if (value === undefined) throw new Error(`${name} is not running`);
    return value;
  };

  beforeAll(async () => {
    const messaging = await openMessaging({ dataDir: folder, region: REGION, iam });
    running.messaging = messaging;
    running.front = await openFront({
      port: 0,
      region: REGION,
      iam,
      services: { ...engines, messaging },
      lambda: () => lambda,
      faults,
      log: (entry) => log.push(entry),
    });
    const assumeRolePolicy = { Statement: { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" } };
    iam.putRole({ name: "commands", arn: ROLE, assumeRolePolicy });
    await messaging.call("sqs", "CreateQueue", { QueueName: "orders" });
    await messaging.call("sns", "CreateTopic", { Name: "standard" });
    await messaging.call("s3", "CreateBucket", { Bucket: "snapshots" });
  });
  afterAll(async () => {
    await get("front").close();
    await get("messaging").close();
    iam.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    vi.stubEnv("AWS_ENDPOINT_URL", get("front").endpoint);
    log.length = 0;
    for (const { call } of Object.values(engines)) call.mockReset().mockResolvedValue({});
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    faults.clear();
    iam.deleteInlinePolicy(ROLE, "grants");
  });

  const client = () => ({ region: REGION, credentials: iam.credentialsFor(ROLE, "commands-fn"), maxAttempts: 1 });
  return {
    iam,
    engines,
    lambda,
    faults,
    log,
    endpoint: () => get("front").endpoint,
    messaging: () => get("messaging"),
    credentials: () => iam.credentialsFor(ROLE, "commands-fn"),
    /** Allows the role these actions and no others. */
    grant: (...actions: string[]) =>
      iam.putInlinePolicy(ROLE, "grants", { Statement: { Effect: "Allow", Action: actions, Resource: "*" } }),
    /** The configuration of an SDK client of the role. */
    client,
    sqs: () => new SQSClient({ ...client(), useQueueUrlAsEndpoint: false }),
    putItem: () =>
      new DynamoDBClient(client()).send(
        new PutItemCommand({ TableName: "events", Item: { aggregateId: { S: "order-1" } } }),
      ),
  };
};
