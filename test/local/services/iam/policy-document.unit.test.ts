import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../local/services/contract.ts";
import { compilePolicy, type PolicyKind } from "../../../../local/services/iam/policy-document.ts";

const good = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" };

const refusal = (document: string | Record<string, unknown>, kind: PolicyKind = "identity"): AwsError => {
  try {
    compilePolicy("writer", document, kind);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error("it was accepted");
};

describe("a policy document", () => {
  it("may be JSON text, have one statement, and name scalars instead of lists", () => {
    const { statements } = compilePolicy(
      "writer",
      JSON.stringify({ Version: "2012-10-17", Statement: good }),
      "identity",
    );
    expect(statements.map((statement) => statement.label)).toEqual(["#1"]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["lacks an effect", { Action: "s3:GetObject", Resource: "*" }, "Effect"],
    ["has another effect", { ...good, Effect: "Maybe" }, '"Maybe"'],
    ["lacks an action", { Effect: "Allow", Resource: "*" }, "lacks Action"],
    ["has both Action and NotAction", { ...good, NotAction: "sqs:*" }, "both Action and NotAction"],
    ["has an action without a service", { ...good, Action: "SendMessage" }, "service:action"],
    ["has an action that is no text", { ...good, Action: [1] }, "not a string"],
    ["has an empty list of actions", { ...good, Action: [] }, "empty"],
    ["lacks a resource", { Effect: "Allow", Action: "s3:GetObject" }, "lacks Resource"],
    ["has a resource that is no ARN", { ...good, Resource: "orders" }, '"orders"'],
    ["has a principal where none belongs", { ...good, Principal: "*" }, "Principal"],
    ["has a member that IAM does not know", { ...good, Actions: "sqs:*" }, '"Actions"'],
    ["has a condition that is a list", { ...good, Condition: [] }, "Condition is not an object"],
    ["has an unknown operator", { ...good, Condition: { StringEqual: { "aws:username": "a" } } }, "StringEqual"],
    [
      "has an operator that is not simulated",
      { ...good, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
      "IpAddress is not simulated",
    ],
    [
      "compares with what is no number",
      { ...good, Condition: { NumericEquals: { "aws:EpochTime": "x" } } },
      '"x" is not a number',
    ],
    [
      "compares with what is no date",
      { ...good, Condition: { DateEquals: { "aws:CurrentTime": "soon" } } },
      '"soon" is not a date',
    ],
    [
      "asks Null for something else than true or false",
      { ...good, Condition: { Null: { "aws:username": "no" } } },
      "Null",
    ],
    [
      "has an object as a condition value",
      { ...good, Condition: { StringEquals: { "aws:username": [{}] } } },
      "aws:username",
    ],
  ])("is refused when a statement %s", (_, statement, text) => {
    const error = refusal({ Statement: [good, { Sid: "Second", ...statement }] });
    expect(error.code).toBe("MalformedPolicyDocument");
    expect(error.message).toContain("Policy writer: statement Second");
    expect(error.message).toContain(text);
  });

  it.each<[string, string | Record<string, unknown>, PolicyKind, string]>([
    ["is not JSON", "{", "identity", "not JSON"],
    ["is a list", "[]", "identity", "not a JSON object"],
    ["has no statement", { Version: "2012-10-17" }, "identity", "no Statement"],
    ["has an unknown version", { Version: "2020", Statement: good }, "identity", "Version"],
    [
      "has the same Sid twice",
      {
        Statement: [
          { Sid: "A", ...good },
          { Sid: "A", ...good },
        ],
      },
      "identity",
      "A stands in it twice",
    ],
    ["is of a resource and names no principal", { Statement: good }, "resource", "lacks Principal"],
    ["is of trust and names a resource", { Statement: { ...good, Principal: "*" } }, "trust", "no Resource"],
    ["names an unknown kind of principal", { Statement: { ...good, Principal: { Role: "x" } } }, "resource", '"Role"'],
    [
      "allows by NotPrincipal",
      { Statement: { ...good, NotPrincipal: "*" } },
      "resource",
      "NotPrincipal goes only with Deny",
    ],
    [
      "names a session",
      { Statement: { ...good, Principal: { AWS: "arn:aws:sts::000000000000:assumed-role/a/b" } } },
      "resource",
      "session",
    ],
  ])("is refused when it %s", (_, document, kind, text) => {
    const error = refusal(document, kind);
    expect(error.code).toBe("MalformedPolicyDocument");
    expect(error.message).toContain(text);
  });
});
