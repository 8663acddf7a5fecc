import type { PolicyResource } from "@pulumi/policy";
import { expect, test } from "vitest";
import { denyEventChanges } from "../../policy-pack/policies/iam/deny-event-changes.ts";
import { resource, stackViolationsOf } from "./support/evaluate.ts";

const log = resource("aws:dynamodb/table:Table", "events", { hashKey: "aggregateId", rangeKey: "version" });
const other = resource("aws:dynamodb/table:Table", "connections", { hashKey: "connectionId", rangeKey: "topic" });

const DENIED = ["dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQL*"];

const role = (
  allowed: readonly string[],
  denied: readonly string[],
  table: PolicyResource = log,
  type = "aws:iam/rolePolicy:RolePolicy",
) =>
  resource(
    type,
    "writer",
    {
      policy: {
        Statement: [
          { Effect: "Allow", Action: allowed },
          ...(denied.length === 0 ? [] : [{ Effect: "Deny", Action: denied }]),
        ],
      },
    },
    { policy: [table] },
  );

const check = (subject: PolicyResource) => stackViolationsOf(denyEventChanges, [log, other, subject]);

test("a writer that denies every change is in order", () => {
  expect(check(role(["dynamodb:PutItem", "dynamodb:Query"], DENIED))).toEqual([]);
});

test.each(DENIED)("a writer that does not deny %s is refused", (left) => {
  const violations = check(
    role(
      ["dynamodb:PutItem"],
      DENIED.filter((action) => action !== left),
    ),
  );
  expect(violations).toHaveLength(1);
  expect(violations[0]).toContain(`writer reaches an event log and does not deny ${left.replace("*", "Insert")}`);
});

test("a writer that denies nothing is refused with all that is open", () => {
  expect(check(role(["dynamodb:PutItem"], []))[0]).toContain(
    "dynamodb:UpdateItem, dynamodb:DeleteItem, dynamodb:BatchWriteItem, dynamodb:PartiQLInsert, dynamodb:PartiQLUpdate, dynamodb:PartiQLDelete",
  );
});

test("a reader must deny changes too, as must a policy for people", () => {
  expect(check(role(["dynamodb:Query"], []))).toHaveLength(1);
  expect(check(role(["dynamodb:Query"], [], log, "aws:iam/policy:Policy"))).toHaveLength(1);
});

test("a denial by a wider pattern counts", () => {
  expect(
    check(role(["dynamodb:PutItem"], ["dynamodb:Update*", "dynamodb:D*", "dynamodb:Batch*", "dynamodb:partiql*"])),
  ).toEqual([]);
});

test("following the stream needs no denial", () => {
  expect(check(role(["dynamodb:GetRecords", "dynamodb:DescribeStream"], []))).toEqual([]);
});

test("a role of another table may change its items", () => {
  expect(check(role(["dynamodb:DeleteItem"], [], other))).toEqual([]);
});
