import { beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryRateLimitStore } from "../../../runtime/adapters/memory/memory-rate-limit-store.ts";
import { EventRange } from "../../../runtime/application/event-range.ts";
import { PolicyEnforcer } from "../../../runtime/application/policy-enforcer.ts";
import { ANSWER_LIMIT_BYTES, answerBytes } from "../../../runtime/kernel/answer-size.ts";
import { requestRules } from "../../../runtime/kernel/request-rules.ts";
import { added, at, noted, opened } from "../../support/counter/commits.ts";
import { FUNCTION_ENVIRONMENT, httpEvent, lambdaContext } from "../../support/counter/lambda.ts";
import { counterWorld } from "../../support/counter/world.ts";

vi.mock("nexus:service", () => import("../../support/counter/counter-service.ts"));
for (const [key, value] of Object.entries(FUNCTION_ENVIRONMENT)) vi.stubEnv(key, value);
const { createHandler } = await import("../../../runtime/handlers/answer-event-range.ts");

let world: ReturnType<typeof counterWorld>;
let handler: ReturnType<typeof createHandler>;
beforeEach(() => {
  world = counterWorld();
  world.runtime.time = Date.parse(at(86_400));
  const limits = new MemoryRateLimitStore(() => world.runtime.time);
  const rules = requestRules({ events: ["arn:aws:iam::*:user/tester"] }, 10);
  const policies = new PolicyEnforcer({ ...world, limits, rules });
  handler = createHandler({ ranges: new EventRange(world), policies });
});

const ask = async (query: Record<string, string>) => {
  const event = httpEvent({ method: "GET", path: "/api/events", query });
  const { statusCode, headers, body } = await handler(event, lambdaContext());
  return { statusCode, headers, body: JSON.parse(body ?? "null") };
};

const HOUR = { from: at(0), to: at(3_600) };

/** All pages of a range, each of which is in time for the quota. */
const pagesOf = async (range: Record<string, string>) => {
  const pages = [(await ask(range)).body];
  while (pages.at(-1).next !== undefined) {
    world.runtime.time += 60_000;
    pages.push((await ask({ ...range, after: pages.at(-1).next })).body);
  }
  return pages;
};
const idsOf = (pages: { events: { id: string }[] }[]) => pages.flatMap(({ events }) => events.map(({ id }) => id));

describe("a range of time", () => {
  it("is told with the events of all aggregates in it, by time", async () => {
    await world.store("counter-1", 1, [opened("a")], at(10));
    await world.store("counter-2", 1, [opened("b"), added(2)], at(5));
    await world.store("counter-1", 2, [added(3)], at(3_600));
    const { statusCode, headers, body } = await ask(HOUR);
    expect({ statusCode, headers }).toMatchObject({
      statusCode: 200,
      headers: {
        ratelimit: '"events";r=9;t=60',
        "ratelimit-policy": '"events";q=10;w=60',
        "cache-control": "private, no-store",
      },
    });
    expect(body).toMatchObject({
      ...HOUR,
      complete: true,
      events: [
        { id: "counter-2/1", time: at(5), type: "CounterOpened", data: { label: "b" } },
        { id: "counter-2/2", time: at(5) },
        { id: "counter-1/1", time: at(10) },
      ],
    });
    expect(body).not.toHaveProperty("next");
  });

  it("in which nothing happened is complete and empty", async () => {
    expect((await ask(HOUR)).body).toEqual({ ...HOUR, complete: true, events: [] });
  });

  it("of over a hundred commits comes in pages that have each event once", async () => {
    for (let index = 0; index < 250; index++) await world.store(`counter-${index}`, 1, [opened(), added()], at(index));
    const pages = await pagesOf(HOUR);
    expect(pages.map(({ events, complete }) => [events.length, complete])).toEqual([
      [200, false],
      [200, false],
      [100, true],
    ]);
    expect(idsOf(pages)).toEqual(
      Array.from({ length: 250 }, (_, index) => [`counter-${index}/1`, `counter-${index}/2`]).flat(),
    );
  });

  it("of many bytes comes in pages that a function may return, cut between commits", async () => {
    for (let index = 0; index < 60; index++)
      await world.store(`counter-${index}`, 1, [opened(), noted('"ä'.repeat(40_000))], at(index));
    const pages = await pagesOf(HOUR);
    expect(pages.length).toBeGreaterThan(2);
    for (const page of pages) {
      expect(answerBytes(JSON.stringify(page))).toBeLessThanOrEqual(ANSWER_LIMIT_BYTES);
      expect(page.events.length % 2).toBe(0);
    }
    expect(idsOf(pages)).toEqual(
      Array.from({ length: 60 }, (_, index) => [`counter-${index}/1`, `counter-${index}/2`]).flat(),
    );
  });
});

describe("a range of time is refused", () => {
  it.each<[string, Record<string, string>, string]>([
    ["without a beginning", { to: at(1) }, "from must be an RFC 3339 instant"],
    ["with what is no time", { from: at(0), to: "noon" }, "to must be an RFC 3339 instant"],
    ["that ends before it begins", { from: at(2), to: at(1) }, "from must lie before to"],
    [
      "that ends in the future",
      { from: at(0), to: at(86_401) },
      "to lies in the future; it is 2026-02-01T09:00:00.000Z now",
    ],
    ["of over seven days", { from: at(-6 * 86_400 - 1), to: at(86_400) }, "to must lie at most 7 days behind from"],
    [
      "with a token of another range",
      { ...HOUR, after: `${at(-1)}#counter-1#000000000001` },
      "does not belong to this range",
    ],
    ["with a token that is none", { ...HOUR, after: "page-2" }, "does not belong to this range"],
    ["with a slip in a name", { ...HOUR, afer: "x" }, "afer is no parameter"],
  ])("%s", async (_, query, detail) => {
    expect(await ask(query)).toMatchObject({
      statusCode: 400,
      body: { code: "NEXUS_REQUEST_INVALID", detail: expect.stringContaining(detail) },
    });
  });

  it("over the quota of its own", async () => {
    for (let index = 0; index < 10; index++) expect((await ask(HOUR)).statusCode).toBe(200);
    expect(await ask(HOUR)).toMatchObject({
      statusCode: 429,
      headers: { "retry-after": "60", ratelimit: '"events";r=0;t=60' },
      body: { code: "NEXUS_RATE_LIMITED", rule: "nexus-lambda-function-limit-temporal" },
    });
  });

  it("to those whom the service does not list", async () => {
    const rules = requestRules({ events: ["arn:aws:iam::*:user/auditor"] }, 10);
    handler = createHandler({ ranges: new EventRange(world), policies: new PolicyEnforcer({ ...world, rules }) });
    expect(await ask(HOUR)).toMatchObject({ statusCode: 403, body: { rule: "nexus-request-caller-restrict-access" } });
  });
});
