import { beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryRateLimitStore } from "../../../runtime/adapters/memory/memory-rate-limit-store.ts";
import { PolicyEnforcer } from "../../../runtime/application/policy-enforcer.ts";
import { TemporalQuery } from "../../../runtime/application/temporal-query.ts";
import { requestRules } from "../../../runtime/kernel/request-rules.ts";
import { FUNCTION_ENVIRONMENT, httpEvent, lambdaContext } from "../../support/counter/lambda.ts";
import { counterWorld } from "../../support/counter/world.ts";

vi.mock("nexus:service", () => import("../../support/counter/counter-service.ts"));
for (const [key, value] of Object.entries(FUNCTION_ENVIRONMENT)) vi.stubEnv(key, value);
const { createHandler } = await import("../../../runtime/handlers/answer-temporal-query.ts");

let world: ReturnType<typeof counterWorld>;
let handler: ReturnType<typeof createHandler>;
beforeEach(() => {
  world = counterWorld();
  const limits = new MemoryRateLimitStore(() => world.runtime.time);
  const policies = new PolicyEnforcer({ ...world, limits, rules: requestRules({}, 10) });
  handler = createHandler({ queries: new TemporalQuery(world), policies });
});

const ask = async (asOf: string | undefined, aggregateId = "counter-1") => {
  const event = httpEvent({
    method: "GET",
    path: `/api/queries/temporal/${aggregateId}`,
    pathParameters: { aggregateId },
    ...(asOf === undefined ? {} : { query: { asOf } }),
  });
  const { statusCode, headers, body } = await handler(event, lambdaContext());
  return { statusCode, headers, body: JSON.parse(body ?? "null") };
};
const now = () => new Date(world.runtime.time).toISOString();
/** Opened, then 5 added in one commit ten seconds later, then 7 after ten more. */
const history = async () => {
  const instants = [now()];
  await world.send("OpenCounter", { label: "a" });
  for (const amounts of [[2, 3], [7]]) {
    world.runtime.time += 10_000;
    instants.push(now());
    await world.send("AddToCounter", { amounts });
  }
  return instants;
};

describe("a temporal query", () => {
  it("answers with the state at an instant, of what was committed by then", async () => {
    const [opened = "", first = "", second = ""] = await history();
    expect(await ask(first)).toMatchObject({
      statusCode: 200,
      body: {
        aggregate: "counter",
        aggregateId: "counter-1",
        asOf: first,
        version: 3,
        committedAt: first,
        state: { open: true, total: 5 },
      },
    });
    const between = new Date(Date.parse(second) - 1).toISOString();
    expect((await ask(opened)).body).toMatchObject({ version: 1, state: { total: 0 } });
    expect((await ask(between)).body).toMatchObject({ version: 3, asOf: between, committedAt: first });
    expect((await ask(second)).body).toMatchObject({ version: 4, state: { total: 12 } });
  });

  it("takes an instant of any offset", async () => {
    const [opened = ""] = await history();
    const offset = new Date(Date.parse(opened) + 3_600_000).toISOString().replace("Z", "+01:00");
    expect((await ask(offset)).body).toMatchObject({ version: 1, asOf: opened });
  });

  it("says what is left of the quota, and is not to be cached", async () => {
    await history();
    const { headers } = await ask(now());
    expect(headers).toMatchObject({
      "ratelimit-policy": '"temporal";q=10;w=60',
      ratelimit: '"temporal";r=9;t=60',
      "cache-control": "private, no-store",
    });
  });
});

describe("a temporal query is refused", () => {
  const day = 86_400_000;
  it.each([
    ["without an instant", () => undefined, 400, "NEXUS_REQUEST_INVALID"],
    ["with what is no instant", () => "yesterday", 400, "NEXUS_REQUEST_INVALID"],
    ["with a day that is none", () => "2026-13-01T00:00:00Z", 400, "NEXUS_REQUEST_INVALID"],
    ["for the future", () => new Date(world.runtime.time + 1).toISOString(), 400, "NEXUS_REQUEST_INVALID"],
    [
      "for more than 90 days back",
      () => new Date(world.runtime.time - 90 * day - 1).toISOString(),
      400,
      "NEXUS_REQUEST_INVALID",
    ],
    ["before the first event", () => new Date(world.runtime.time - day).toISOString(), 404, "NEXUS_AGGREGATE_UNKNOWN"],
  ])("%s", async (_, asOf, statusCode, code) => {
    await history();
    expect(await ask(asOf())).toMatchObject({ statusCode, body: { code } });
  });

  it("for an aggregate that does not exist", async () => {
    expect(await ask(now(), "nobody")).toMatchObject({ statusCode: 404, body: { code: "NEXUS_AGGREGATE_UNKNOWN" } });
  });

  it("for more events than one query may read", async () => {
    await world.send("OpenCounter", { label: "a" });
    const amounts = Array.from({ length: 2_500 }, () => 1);
    for (let commit = 0; commit < 3; commit++) await world.send("AddToCounter", { amounts });
    expect((await ask(now())).statusCode).toBe(200);
    await world.send("AddToCounter", { amounts });
    expect(await ask(now())).toMatchObject({ statusCode: 422, body: { code: "NEXUS_HISTORY_TOO_LONG" } });
  });

  it("over the quota, with when to come back, the quota and the rule", async () => {
    await history();
    for (let index = 0; index < 10; index++) await ask(now());
    world.runtime.time += 500;
    expect(await ask(now())).toMatchObject({
      statusCode: 429,
      headers: {
        "retry-after": "60",
        "ratelimit-policy": '"temporal";q=10;w=60',
        ratelimit: '"temporal";r=0;t=60',
        "content-type": "application/problem+json",
      },
      body: { code: "NEXUS_RATE_LIMITED", rule: "nexus-lambda-function-limit-temporal", status: 429 },
    });
  });
});
