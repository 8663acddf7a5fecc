import { describe, expect, it, vi } from "vitest";
import { MemoryRateLimitStore } from "../../../runtime/adapters/memory/memory-rate-limit-store.ts";
import { PolicyEnforcer } from "../../../runtime/application/policy-enforcer.ts";
import { nexusError } from "../../../runtime/kernel/errors.ts";
import { clientOf, isCaller, type PolicyRequest, requestRules } from "../../../runtime/kernel/request-rules.ts";
import type { AccessDefinition } from "../../../runtime/kernel/service.ts";
import { counterWorld } from "../../support/counter/world.ts";

const ALICE = "arn:aws:iam::000000000000:user/alice";
const BOB = "arn:aws:iam::000000000000:user/bob";
const command = (parts: Partial<PolicyRequest> = {}): PolicyRequest => ({
  operation: "command",
  subject: "OpenCounter",
  method: "POST",
  actor: ALICE,
  ...parts,
});
const question = (parts: Partial<PolicyRequest> = {}): PolicyRequest => ({
  operation: "temporal-query",
  subject: "counter-1",
  method: "GET",
  actor: ALICE,
  ...parts,
});

const given = (access: AccessDefinition = {}) => {
  const world = counterWorld();
  const limits = new MemoryRateLimitStore(() => world.runtime.time);
  const policies = new PolicyEnforcer({ ...world, limits, rules: requestRules(access, 10) });
  return { ...world, limits, policies };
};

it("lets through whom IAM let through, where nothing says otherwise", async () => {
  const { policies, telemetry } = given();
  expect(await policies.enforce(command())).toBeUndefined();
  expect(await policies.enforce(question())).toMatchObject({ granted: true, limit: 10, windowSeconds: 60 });
  expect(telemetry.total("PolicyViolations")).toBe(0);
});

it.each([
  ["a request without identity", command({ actor: undefined }), "nexus-apigateway-route-require-iam"],
  ["a command by another method", command({ method: "DELETE" }), "nexus-iam-role-deny-event-changes"],
  ["a query that would write", question({ method: "PUT" }), "nexus-iam-role-deny-event-changes"],
  ["a command of somebody not listed", command({ actor: BOB }), "nexus-request-caller-restrict-access"],
  ["a temporal query of somebody not listed", question({ actor: BOB }), "nexus-request-caller-restrict-access"],
])("refuses %s with the rule, and logs and counts it", async (_, request, rule) => {
  const { policies, telemetry } = given({ commands: { OpenCounter: [ALICE] }, temporal: [ALICE] });
  const warn = vi.spyOn(telemetry, "warn");
  await expect(policies.enforce(request)).rejects.toMatchObject({ code: "NEXUS_POLICY_VIOLATION", context: { rule } });
  expect(telemetry.total("PolicyViolations")).toBe(1);
  expect(warn).toHaveBeenCalledWith(
    "a policy refused a request",
    expect.objectContaining({ rule, actor: request.actor ?? "anonymous", subject: request.subject }),
  );
});

it("restricts a command that is listed, and no other", async () => {
  const { policies } = given({ commands: { OpenCounter: [ALICE] } });
  await policies.enforce(command({ actor: BOB, subject: "AddToCounter" }));
});

it("leaves it to the use case to say which commands there are", async () => {
  await expect(given().policies.enforce(command({ subject: "CloseCounter" }))).rejects.toMatchObject({
    code: "NEXUS_COMMAND_UNKNOWN",
    context: { known: expect.arrayContaining(["OpenCounter"]) },
  });
});

it("takes no command of an aggregate whose schemas are not registered as deployed", async () => {
  const { policies, schemas } = given();
  vi.spyOn(schemas, "statusOf").mockResolvedValue(undefined);
  vi.spyOn(schemas, "latest").mockResolvedValue(undefined);
  await expect(policies.enforce(command())).rejects.toMatchObject({
    code: "NEXUS_EVENT_UNREGISTERED",
    context: { rule: "nexus-lambda-function-validate-events" },
  });
});

describe("the limit of temporal queries", () => {
  it("refuses the eleventh within a minute with the rule and when to come back", async () => {
    const { policies, runtime } = given();
    for (let index = 0; index < 10; index++) await policies.enforce(question());
    runtime.time += 1_000;
    await expect(policies.enforce(question())).rejects.toMatchObject({
      code: "NEXUS_RATE_LIMITED",
      context: { rule: "nexus-lambda-function-limit-temporal", quota: { remaining: 0, resetMs: 59_000 } },
    });
    expect(await policies.enforce(question({ actor: BOB }))).toMatchObject({ remaining: 9 });
    runtime.time += 59_000;
    await policies.enforce(question());
  });

  it("counts an assumed role as one client, whatever its sessions are called", async () => {
    const { policies } = given();
    const session = (name: string) => `arn:aws:sts::000000000000:assumed-role/back-office/${name}`;
    await policies.enforce(question({ actor: session("one") }));
    expect(await policies.enforce(question({ actor: session("two") }))).toMatchObject({ remaining: 8 });
  });

  it("lets nothing pass while nobody can count", async () => {
    const { policies, limits } = given();
    const down = nexusError("NEXUS_RATE_LIMITS_UNAVAILABLE", "no answer");
    vi.spyOn(limits, "take").mockRejectedValue(down);
    await expect(policies.enforce(question())).rejects.toMatchObject({ code: "NEXUS_RATE_LIMITS_UNAVAILABLE" });
    const { limits: _, ...ports } = given();
    const uncounted = new PolicyEnforcer({ ...ports, rules: requestRules({}, 10) });
    await expect(uncounted.enforce(question())).rejects.toMatchObject({ code: "NEXUS_RATE_LIMITS_UNAVAILABLE" });
  });
});

describe("callers", () => {
  it.each([
    [ALICE, ALICE, true],
    [ALICE, `${ALICE}2`, false],
    ["arn:aws:sts::1:assumed-role/back-office/*", "arn:aws:sts::1:assumed-role/back-office/me", true],
    ["arn:aws:sts::1:assumed-role/back-office/*", "arn:aws:sts::1:assumed-role/back-office-2/me", false],
    ["arn:aws:iam::1:user/a.b", "arn:aws:iam::1:user/aXb", false],
  ])("%s names %s: %s", (pattern, arn, named) => {
    expect(isCaller(pattern, arn)).toBe(named);
  });

  it("are clients without the session they chose the name of", () => {
    expect(clientOf("arn:aws:sts::1:assumed-role/r/s")).toBe("arn:aws:sts::1:assumed-role/r");
    expect(clientOf(ALICE)).toBe(ALICE);
  });
});
