import { beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryRateLimitStore } from "../../../runtime/adapters/memory/memory-rate-limit-store.ts";
import { jsonPatch } from "../../../runtime/adapters/rfc6902/json-patch.ts";
import { PolicyEnforcer } from "../../../runtime/application/policy-enforcer.ts";
import { TemporalDiff } from "../../../runtime/application/temporal-diff.ts";
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
  const diffs = new TemporalDiff({ ...world, createPatch: jsonPatch });
  handler = createHandler({ queries: new TemporalQuery(world), diffs, policies });
});

const ask = async (
  question: string | Record<string, string> | undefined,
  { aggregateId = "counter-1", route = "" } = {},
) => {
  const query = typeof question === "string" ? { asOf: question } : question;
  const event = httpEvent({
    method: "GET",
    path: `/api/queries/temporal/${aggregateId}${route}`,
    pathParameters: { aggregateId },
    ...(query === undefined ? {} : { query }),
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

  it("answers for a version, one within a commit included", async () => {
    const [opened = "", first = ""] = await history();
    expect((await ask({ asOfVersion: "1" })).body).toMatchObject({ asOfVersion: 1, version: 1, committedAt: opened });
    expect((await ask({ asOfVersion: "2" })).body).toMatchObject({
      version: 2,
      committedAt: first,
      state: { total: 2 },
    });
    expect((await ask({ asOfVersion: "4" })).body).toMatchObject({ version: 4, complete: true, state: { total: 12 } });
  });

  it("of over 10,000 events answers in parts, each with the state it has reached", async () => {
    await world.send("OpenCounter", { label: "a" });
    const amounts = Array.from({ length: 2_500 }, () => 1);
    for (let commit = 0; commit < 5; commit++) await world.send("AddToCounter", { amounts });
    const asOf = now();
    const first = await ask(asOf);
    expect(first).toMatchObject({
      statusCode: 200,
      body: { asOf, version: 7_501, complete: false, state: { total: 7_500 }, continuation: expect.any(String) },
    });
    // What comes after the question does not move its answer, nor does it change to ask for a part again.
    await world.send("AddToCounter", { amounts });
    const second = await ask({ continuation: first.body.continuation });
    expect(second.body).toMatchObject({ asOf, version: 12_501, complete: true, state: { total: 12_500 } });
    expect(second.body).not.toHaveProperty("continuation");
    expect((await ask({ continuation: first.body.continuation })).body).toEqual(second.body);
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

describe("the difference between two points", () => {
  const compare = (query: Record<string, string>) => ask(query, { route: "/diff" });

  it("is told as a patch, with the events that made it", async () => {
    const [opened = "", first = "", second = ""] = await history();
    const { statusCode, headers, body } = await compare({ from: opened, to: second });
    expect({ statusCode, headers }).toMatchObject({
      statusCode: 200,
      headers: { "cache-control": "private, no-store" },
    });
    expect(body).toMatchObject({
      ...{ aggregate: "counter", aggregateId: "counter-1", version: 4, complete: true },
      ...{ from: { instant: opened, version: 1 }, to: { instant: second, version: 4 } },
      patch: [{ op: "replace", path: "/total", value: 12 }],
    });
    expect(body.events).toMatchObject([
      { id: "counter-1/2", version: 2, time: first, type: "CounterAdded", data: { amount: 2 }, commandId: "sent-2" },
      { version: 3, time: first, data: { amount: 3 } },
      { version: 4, time: second, data: { amount: 7 } },
    ]);
  });

  it("takes an instant at one end and a version at the other", async () => {
    const [, first = ""] = await history();
    expect((await compare({ from: first, toVersion: "4" })).body).toMatchObject({
      ...{ from: { instant: first, version: 3 }, to: { version: 4 } },
      patch: [{ op: "replace", path: "/total", value: 12 }],
    });
  });

  it("begins with the initial state where it begins before the first event", async () => {
    const [opened = ""] = await history();
    const before = new Date(Date.parse(opened) - 1_000).toISOString();
    const patch = [{ op: "replace", path: "/open", value: true }];
    expect((await compare({ from: before, toVersion: "1" })).body).toMatchObject({ from: { version: 0 }, patch });
    expect((await compare({ fromVersion: "0", toVersion: "1" })).body).toMatchObject({ from: { version: 0 }, patch });
  });

  it("from a point to itself is none", async () => {
    await history();
    const { body } = await compare({ fromVersion: "3", toVersion: "3" });
    expect(body).toMatchObject({ complete: true, events: [], patch: [] });
  });

  it.each<[string, Record<string, string>, number, string]>([
    ["without an end", { from: "2026-01-31T09:00:00Z" }, 400, "to or toVersion must be given"],
    [
      "with two beginnings",
      { from: "2026-01-31T09:00:00Z", fromVersion: "1", toVersion: "2" },
      400,
      "from or fromVersion",
    ],
    ["from behind its end", { fromVersion: "3", toVersion: "1" }, 400, "fromVersion lies behind toVersion"],
    ["with what is asked of a state", { asOf: "2026-01-31T09:00:00Z" }, 400, "asOf is no parameter"],
    ["to before the first event", { fromVersion: "0", to: "2026-01-01T00:00:00Z" }, 404, "counter-1 has no event"],
  ])("is refused %s", async (_, query, statusCode, detail) => {
    await history();
    expect(await compare(query)).toMatchObject({ statusCode, body: { detail: expect.stringContaining(detail) } });
  });

  it("counts against the quota of all temporal queries", async () => {
    await history();
    for (let index = 0; index < 9; index++) await ask(now());
    expect((await compare({ fromVersion: "1", toVersion: "4" })).statusCode).toBe(200);
    expect((await compare({ fromVersion: "1", toVersion: "4" })).statusCode).toBe(429);
  });
});

describe("a continuation is refused", () => {
  const partial = async () => {
    await world.send("OpenCounter", { label: "a" });
    const amounts = Array.from({ length: 2_500 }, () => 1);
    for (let commit = 0; commit < 5; commit++) await world.send("AddToCounter", { amounts });
    return String((await ask(now())).body.continuation);
  };

  it.each<[string, (continuation: string) => ReturnType<typeof ask>]>([
    ["that nobody was given", () => ask({ continuation: "made-up" })],
    ["of another question", (continuation) => ask({ continuation }, { route: "/diff" })],
    ["of another aggregate", (continuation) => ask({ continuation }, { aggregateId: "counter-2" })],
    [
      "a day later",
      (continuation) => {
        world.runtime.time += 86_400_000;
        return ask({ continuation });
      },
    ],
    [
      "under other code",
      (continuation) => {
        vi.spyOn(world.snapshots, "reducerHash").mockReturnValue("other");
        return ask({ continuation });
      },
    ],
  ])("%s", async (_, goOn) => {
    expect(await goOn(await partial())).toMatchObject({
      statusCode: 410,
      body: { code: "NEXUS_CONTINUATION_EXPIRED", detail: expect.stringContaining("ask anew without it") },
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
    expect(await ask(now(), { aggregateId: "nobody" })).toMatchObject({
      statusCode: 404,
      body: { code: "NEXUS_AGGREGATE_UNKNOWN" },
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ["with both an instant and a version", { asOf: "2026-01-31T09:00:00Z", asOfVersion: "1" }, "asOf or asOfVersion"],
    ["for version 0", { asOfVersion: "0" }, "asOfVersion must be a version from 1"],
    ["for what is no version", { asOfVersion: "1.5" }, "asOfVersion must be a whole number"],
    ["for a version to come", { asOfVersion: "5" }, "asOfVersion is 5, and counter-1 ends at version 4"],
    ["with a slip in a name", { asof: "2026-01-31T09:00:00Z" }, "asof is no parameter"],
    ["with a continuation and more", { continuation: "id-9", asOfVersion: "1" }, "asOfVersion is no parameter"],
    ["for a day that no month has", { asOf: "2026-02-30T09:00:00Z" }, "asOf must be an RFC 3339 instant"],
  ])("%s", async (_, query, detail) => {
    await history();
    expect(await ask(query)).toMatchObject({
      statusCode: 400,
      body: { code: "NEXUS_REQUEST_INVALID", detail: expect.stringContaining(detail) },
    });
  });

  it("for a version that was left behind more than 90 days ago, and not for one that has stood since", async () => {
    await history();
    world.runtime.time += 90 * day - 10_000;
    expect((await ask({ asOfVersion: "3" })).statusCode).toBe(200);
    world.runtime.time += 10_001;
    expect((await ask({ asOfVersion: "4" })).statusCode).toBe(200);
    expect(await ask({ asOfVersion: "3" })).toMatchObject({
      statusCode: 400,
      body: { detail: expect.stringContaining("more than 90 days back") },
    });
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
