import { beforeEach, describe, expect, it, vi } from "vitest";
import { nexusError } from "../../../runtime/kernel/errors.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { commandEvent, FUNCTION_ENVIRONMENT, httpEvent, lambdaContext } from "../../support/counter/lambda.ts";
import { counterWorld } from "../../support/counter/world.ts";

vi.mock("nexus:service", () => import("../../support/counter/counter-service.ts"));
for (const [key, value] of Object.entries(FUNCTION_ENVIRONMENT)) vi.stubEnv(key, value);
const { createHandler } = await import("../../../runtime/handlers/handle-command.ts");

let world: ReturnType<typeof counterWorld>;
beforeEach(() => {
  world = counterWorld();
});

const call = async (
  event: ReturnType<typeof httpEvent>,
  commands: Parameters<typeof createHandler>[0]["commands"] = world.commands,
) => {
  const { statusCode, headers, body } = await createHandler({ ...world, commands })(event, lambdaContext());
  return { statusCode, headers, body: JSON.parse(body ?? "null") };
};
const open = { aggregateId: "counter-1", payload: { label: "a" } };

it("answers an accepted command with 202 and its events", async () => {
  const { statusCode, headers, body } = await call(commandEvent("OpenCounter", open, { "x-correlation-id": "x-1" }));
  expect(statusCode).toBe(202);
  expect(headers).toMatchObject({ "content-type": "application/json", "x-correlation-id": "x-1" });
  expect(body).toEqual({
    commandId: "key-1",
    correlationId: "x-1",
    aggregateId: "counter-1",
    version: 1,
    events: [{ id: "counter-1/1", type: "CounterOpened", version: 1 }],
  });
});

it("records who sent it, and the trace it came with", async () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await call(commandEvent("OpenCounter", open, { traceparent }));
  expect(await commitsOf(world.events, "counter-1")).toMatchObject([
    { actor: "arn:aws:iam::000000000000:user/tester", correlationId: "gateway-request-1", traceparent },
  ]);
});

it.each([
  ["what led to it, where the caller says so", { "x-causation-id": "order-1/3" }, "order-1/3"],
  ["itself as what led to it, where nobody says", {}, "key-1"],
])("records %s", async (_, headers, causationId) => {
  await call(commandEvent("OpenCounter", open, headers));
  expect(await commitsOf(world.events, "counter-1")).toMatchObject([{ commandId: "key-1", causationId }]);
});

it("asks the policies, and handles nothing that they refuse", async () => {
  const asked: unknown[] = [];
  const enforce = async (request: object): Promise<never> => {
    asked.push(request);
    throw nexusError("NEXUS_POLICY_VIOLATION", "not you");
  };
  const handler = createHandler({ commands: world.commands, policies: { enforce } });
  const answer = await handler(commandEvent("OpenCounter", open), lambdaContext());
  expect(answer).toMatchObject({ statusCode: 403, body: expect.stringContaining("NEXUS_POLICY_VIOLATION") });
  const actor = "arn:aws:iam::000000000000:user/tester";
  expect(asked).toEqual([{ operation: "command", subject: "OpenCounter", method: "POST", actor }]);
  expect(await commitsOf(world.events, "counter-1")).toEqual([]);
});

it("takes a body that API Gateway encoded", async () => {
  const event = commandEvent("OpenCounter", Buffer.from(JSON.stringify(open)).toString("base64"));
  expect((await call({ ...event, isBase64Encoded: true })).statusCode).toBe(202);
});

describe("a bad request", () => {
  const path = (name: string) => ({ errors: [expect.objectContaining({ path: name })] });
  it.each([
    ["a missing Idempotency-Key", httpEvent({ body: JSON.stringify(open) }), 400, "NEXUS_REQUEST_INVALID", {}],
    [
      "an Idempotency-Key with spaces",
      commandEvent("OpenCounter", open, { "idempotency-key": "a b" }),
      400,
      "NEXUS_REQUEST_INVALID",
      {},
    ],
    [
      "an Idempotency-Key that is too long",
      commandEvent("OpenCounter", open, { "idempotency-key": "k".repeat(129) }),
      400,
      "NEXUS_REQUEST_INVALID",
      {},
    ],
    [
      "a correlation id that cannot be kept",
      commandEvent("OpenCounter", open, { "x-correlation-id": "ü" }),
      400,
      "NEXUS_REQUEST_INVALID",
      {},
    ],
    [
      "a causation id that cannot be kept",
      commandEvent("OpenCounter", open, { "x-causation-id": "c".repeat(129) }),
      400,
      "NEXUS_REQUEST_INVALID",
      {},
    ],
    ["malformed JSON", commandEvent("OpenCounter", '{"aggregateId": "counter-1",'), 400, "NEXUS_REQUEST_INVALID", {}],
    ["no body", httpEvent({ headers: { "idempotency-key": "k" } }), 400, "NEXUS_REQUEST_INVALID", {}],
    ["a body that is no object", commandEvent("OpenCounter", "[]"), 400, "NEXUS_REQUEST_INVALID", {}],
    [
      "a missing aggregateId",
      commandEvent("OpenCounter", { payload: {} }),
      400,
      "NEXUS_REQUEST_INVALID",
      path("/aggregateId"),
    ],
    [
      "an aggregateId with a slash",
      commandEvent("OpenCounter", { ...open, aggregateId: "a/b" }),
      400,
      "NEXUS_REQUEST_INVALID",
      path("/aggregateId"),
    ],
    [
      "a payload of the wrong type",
      commandEvent("OpenCounter", { ...open, payload: "a" }),
      400,
      "NEXUS_REQUEST_INVALID",
      path("/payload"),
    ],
    [
      "a negative expectedVersion",
      commandEvent("OpenCounter", { ...open, expectedVersion: -1 }),
      400,
      "NEXUS_REQUEST_INVALID",
      path("/expectedVersion"),
    ],
    [
      "an unknown field",
      commandEvent("OpenCounter", { ...open, version: 1 }),
      400,
      "NEXUS_REQUEST_INVALID",
      path("/version"),
    ],
    [
      "a payload against its schema",
      commandEvent("OpenCounter", { ...open, payload: { label: 1 } }),
      400,
      "NEXUS_COMMAND_INVALID",
      path("/label"),
    ],
    [
      "an unknown command",
      commandEvent("Explode", open),
      404,
      "NEXUS_COMMAND_UNKNOWN",
      { known: expect.arrayContaining(["OpenCounter"]) },
    ],
    [
      "a version that does not match",
      commandEvent("OpenCounter", { ...open, expectedVersion: 3 }),
      409,
      "NEXUS_VERSION_CONFLICT",
      { expectedVersion: 3, actualVersion: 0 },
    ],
    [
      "a rule that says no",
      commandEvent("AddToCounter", { ...open, payload: { amounts: [1] } }),
      422,
      "COUNTER_UNKNOWN",
      { title: "Counter unknown" },
    ],
    [
      "too large a body",
      commandEvent("OpenCounter", { ...open, payload: { label: "x".repeat(1_100_000) } }),
      413,
      "NEXUS_REQUEST_TOO_LARGE",
      { limitBytes: 1_048_576 },
    ],
  ])("with %s is a problem that says so, and stores nothing", async (_, event, status, code, more) => {
    const answer = await call(event);
    expect(answer).toMatchObject({
      statusCode: status,
      headers: { "content-type": "application/problem+json" },
      body: {
        type: `urn:nexus-blueprint:error:${code}`,
        status,
        code,
        title: expect.any(String),
        detail: expect.any(String),
        correlationId: "gateway-request-1",
        ...more,
      },
    });
    expect(await commitsOf(world.events, "counter-1")).toEqual([]);
  });

  it("that reuses a key for another body is refused with 422", async () => {
    await call(commandEvent("OpenCounter", open));
    const answer = await call(commandEvent("OpenCounter", { ...open, payload: { label: "b" } }));
    expect(answer).toMatchObject({ statusCode: 422, body: { code: "NEXUS_IDEMPOTENCY_KEY_REUSED" } });
  });
});

describe("a failure inside", () => {
  it.each([
    [
      nexusError("NEXUS_EVENT_STORE_UNAVAILABLE", "secret-host timed out"),
      503,
      "NEXUS_EVENT_STORE_UNAVAILABLE",
      { "retry-after": "1" },
    ],
    [nexusError("NEXUS_ACCESS_DENIED", "secret-host denied"), 500, "NEXUS_ACCESS_DENIED", {}],
    [nexusError("NEXUS_EVENT_INVALID", "secret-host"), 500, "NEXUS_EVENT_INVALID", {}],
    [new TypeError("secret-host is undefined"), 500, "NEXUS_INTERNAL", {}],
  ])("keeps its detail to itself: %s", async (error, status, code, headers) => {
    const failing = { handle: () => Promise.reject(error) };
    const answer = await call(commandEvent("OpenCounter", open), failing);
    expect(answer).toMatchObject({ statusCode: status, headers, body: { code, status } });
    expect(JSON.stringify(answer)).not.toContain("secret-host");
  });
});
