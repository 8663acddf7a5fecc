import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiClient } from "../../cli/client/api-client.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { DynamoEventStore } from "../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import { GlueSchemaStore } from "../../runtime/adapters/glue/glue-schema-store.ts";
import { nodeRuntime } from "../../runtime/adapters/node/node-runtime.ts";
import { SchemaRegistry } from "../../runtime/application/schema-registry.ts";
import { ValidatedEventStore } from "../../runtime/application/validated-event-store.ts";
import service from "../../runtime/domain/service.ts";
import { ServiceCatalog } from "../../runtime/kernel/catalog.ts";
import { cloudClients } from "../support/cloud-clients.ts";
import { draft } from "../support/counter/commits.ts";
import { RecordingTelemetry } from "../support/counter/runtime.ts";
import { signedFetch } from "../support/signed-request.ts";
import { ROOT } from "../support/stack-process.ts";

const line = { sku: "71053", description: "WHITE METAL LANTERN", quantity: 6, unitPriceMinor: 339 };
const order = { country: "EIRE", currency: "GBP", lines: [line] };

let dataDirectory: string;
let stack: Stack;
beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "nexus-governed-"));
  stack = await startStack({ directory: ROOT, stack: "dev", dataDirectory, port: 0, readModel: "sqlite" });
  const place = { type: "PlaceOrder", aggregateId: "order-1", payload: order, key: "place" };
  expect(await apiClient(stack.running).command(place)).toMatchObject({ accepted: true });
});
afterAll(async () => {
  await stack?.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

const credentialsOf = (user: string) => {
  const arn = `arn:aws:iam::000000000000:user/${user}`;
  stack.cloud.iam.putUser({ name: user, arn });
  const Statement = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" };
  stack.cloud.iam.putInlinePolicy(arn, "call", { Statement });
  return stack.cloud.iam.credentialsFor(arn);
};

const stateAt = (asOf: string, credentials: ReturnType<typeof credentialsOf>): Promise<Response> =>
  signedFetch({ url: `${stack.running.api}/api/queries/temporal/order-1?asOf=${asOf}` }, { credentials });

describe("temporal queries over the running stack", () => {
  it("answer with the state at an instant", async () => {
    const asOf = new Date().toISOString();
    const answer = await stateAt(asOf, credentialsOf("historian"));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      aggregate: "order",
      version: 1,
      asOf,
      state: { status: "placed", totalMinor: 2034, paid: false },
    });
  });

  it("pass exactly ten times of a hundred at once of one client, over several instances of the function", async () => {
    const credentials = credentialsOf("hurried");
    const asOf = new Date().toISOString();
    const answers = await Promise.all(Array.from({ length: 100 }, () => stateAt(asOf, credentials)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(refused).toHaveLength(90);
    for (const { headers } of refused) {
      expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(60);
      expect(headers.get("ratelimit-policy")).toBe('"temporal";q=10;w=60');
      expect(headers.get("ratelimit")).toMatch(/^"temporal";r=0;t=\d+$/);
    }
    expect(await refused[0]?.json()).toMatchObject({
      code: "NEXUS_RATE_LIMITED",
      rule: "nexus-lambda-function-limit-temporal",
    });
    expect((await stateAt(asOf, credentialsOf("patient"))).status).toBe(200);

    const functionName = String(stack.cloud.cloudwatch.logs({ contains: "temporal query", limit: 1 })[0]?.functionName);
    const lines = stack.cloud.cloudwatch.logs({ functionName, limit: 10_000 });
    const starts = lines.filter(({ message }) => message.includes('"cold_start":true'));
    expect(new Set(starts.map(({ requestId }) => requestId)).size).toBe(Math.min(2, availableParallelism()));
    expect(lines.filter(({ message }) => message.includes("a policy refused a request"))).toHaveLength(90);
    expect(lines.filter(({ message }) => message.includes("user/hurried"))).not.toHaveLength(0);
  });
});

describe("an event that is put past the handler, straight to the append port", () => {
  const appendByHand = async (event: { type: string; schemaVersion: number; data: object }) => {
    const telemetry = new RecordingTelemetry();
    const catalog = new ServiceCatalog(service);
    const store = new GlueSchemaStore(cloudClients(stack).glue(), String(stack.running.outputs["registryName"]));
    const registry = new SchemaRegistry({ catalog, store, runtime: nodeRuntime, telemetry });
    const table = String(stack.running.outputs["eventsTableName"]);
    const events = new DynamoEventStore(cloudClients(stack).dynamoDb(), table);
    const log = new ValidatedEventStore({ events, registry, telemetry });
    const made = { ...draft("order-2", { events: [event] }), aggregate: "order" };
    const outcome = await log.append({ aggregateId: "order-2", version: 0 }, made).then(
      () => "stored",
      (error: { code?: string; context?: object }) => error,
    );
    return { outcome, telemetry, stored: (await readAll(events)).length };
  };
  const readAll = async (events: DynamoEventStore) => {
    const found = [];
    for await (const { commits } of events.getEvents("order-2")) found.push(...commits);
    return found;
  };
  const note = { type: "OrderNoteAdded", schemaVersion: 1, data: { text: "ring twice" } };

  it.each([
    ["of an unregistered type", { ...note, type: "OrderLost" }, { code: "NEXUS_EVENT_UNREGISTERED" }],
    ["of a wrong version", { ...note, schemaVersion: 9 }, { code: "NEXUS_EVENT_UNREGISTERED" }],
    [
      "with an extra field",
      { ...note, data: { ...note.data, colour: "red" } },
      {
        code: "NEXUS_EVENT_INVALID",
        context: { errors: [{ path: "/colour", keyword: "additionalProperties", valueType: "string" }] },
      },
    ],
  ])("is refused, logged and counted when it is %s", async (_, event, refusal) => {
    const { outcome, telemetry, stored } = await appendByHand(event);
    expect(outcome).toMatchObject(refusal);
    expect(stored).toBe(0);
    expect(telemetry.total("ValidationFailures")).toBe(1);
    expect(telemetry.errors).toContainEqual(expect.objectContaining({ code: refusal.code }));
  });

  it("is stored when its registered schema allows it", async () => {
    expect(await appendByHand(note)).toMatchObject({ outcome: "stored", stored: 1 });
  });
});
