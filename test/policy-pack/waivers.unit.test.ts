import { describe, expect, test } from "vitest";
import { policies } from "../../policy-pack/policies.ts";
import { applyWaivers, readWaivers, type Waiver } from "../../policy-pack/waivers.ts";
import { build } from "./fixtures/fixture.ts";
import { shop, withProps } from "./fixtures/shop.ts";
import { evaluate } from "./support/evaluate.ts";

const RULE = "nexus-iam-role-keep-snapshots";
const ALARM = "nexus-dynamodb-table-watch-changes";
const IAM = "nexus-apigateway-route-require-iam";

const waiver = (change: Partial<Waiver> = {}): Waiver => ({
  ...{ policy: ALARM, resource: "events", reason: "the old router counts elsewhere", expires: "2027-01-31" },
  ...change,
});

const broken = build({
  ...shop,
  "immutability-alarm": undefined,
  ...withProps("queries-route", { authorizationType: "NONE" }),
});

/** Name and message of what is said of the rules in question. */
const said = (waivers: readonly Waiver[], today: string | undefined) =>
  evaluate(applyWaivers(policies, waivers, today), broken)
    .filter(({ policy }) => [ALARM, IAM].some((name) => policy.startsWith(name)))
    .map(({ policy, message }) => [policy, message]);

describe("a waiver", () => {
  test("turns the violation it is about into advice that tells reason and end, and no other", () => {
    expect(said([waiver()], "2027-01-31")).toEqual([
      [IAM, expect.stringContaining("Anybody may call GET /api/queries/{resourceType}")],
      [
        `${ALARM}-waived`,
        expect.stringMatching(/^Waived until 2027-01-31 \(the old router counts elsewhere\): No alarm/),
      ],
    ]);
    const twin = applyWaivers(policies, [waiver()], "2027-01-31").find(({ name }) => name === `${ALARM}-waived`);
    expect(twin?.enforcementLevel).toBe("advisory");
  });

  test("works for rules on one resource, by its name or its URN", () => {
    const { urn = "" } = broken.find(({ name }) => name === "queries-route") ?? {};
    for (const resource of ["queries-route", urn])
      expect(said([waiver({ policy: IAM, resource })], "2027-01-01").map(([policy]) => policy)).toEqual([
        `${IAM}-waived`,
        ALARM,
      ]);
  });

  test("is over the day after its last", () => {
    expect(said([waiver()], "2027-02-01").at(-1)).toEqual([
      ALARM,
      expect.stringMatching(/Its waiver expired on 2027-01-31\.$/),
    ]);
  });

  test("does not count where nobody says what day it is", () => {
    expect(said([waiver()], undefined).at(-1)).toEqual([
      ALARM,
      expect.stringContaining("set NEXUS_POLICY_DATE=$(date +%F)"),
    ]);
  });

  test("for another resource changes nothing", () => {
    expect(said([waiver({ resource: "snapshots" })], "2027-01-01").at(-1)?.[0]).toBe(ALARM);
  });

  test("leaves policies without one as they are", () => {
    expect(applyWaivers(policies, [], "2027-01-01")).toEqual(policies);
  });
});

describe("the waivers of a stack's config", () => {
  const read = (value: unknown) =>
    readWaivers(
      JSON.stringify({ "nexus:waivers": typeof value === "string" ? value : JSON.stringify(value) }),
      policies,
    );

  test("are read as the Pulumi CLI hands config over: objects as JSON in a text", () => {
    expect(read([waiver({ policy: RULE })])).toEqual([waiver({ policy: RULE })]);
    expect(readWaivers(undefined, policies)).toEqual([]);
    expect(readWaivers("{}", policies)).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ["no list", "all", "nexus:waivers must be a list of {policy, resource, reason, expires}"],
    ["no reason", [{ ...waiver(), reason: undefined }], "nexus:waivers[0].reason must be a text"],
    ["an empty reason", [waiver({ reason: " " })], "nexus:waivers[0].reason must be a text"],
    ["no end", [waiver(), { ...waiver(), expires: undefined }], "nexus:waivers[1].expires must be a text"],
    [
      "an end that is no day",
      [waiver({ expires: "2027-02-30" })],
      'must be a day such as 2027-01-31, but is "2027-02-30"',
    ],
    ["a policy that is not there", [waiver({ policy: "nexus-x" })], 'the pack has no policy "nexus-x"'],
  ])("are refused with %s", (_, value, message) => {
    expect(() => read(value)).toThrow(message);
  });
});
