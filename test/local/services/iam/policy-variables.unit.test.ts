import { describe, expect, it } from "vitest";
import { allow, decide, type Json, onCondition, ROLE, type Row, variable } from "./decide.ts";

describe("policy variables", () => {
  const context = { "aws:username": "ada", "aws:PrincipalArn": ROLE };
  const bucket = (resource: string): Json => allow({ Action: "s3:GetObject", Resource: resource });
  const home = { action: "s3:GetObject", resource: "arn:aws:s3:::home/ada/x", context };
  const rows: Row[] = [
    [
      "a variable in a resource takes the value of its key",
      true,
      { ...home, identity: bucket(`arn:aws:s3:::home/${variable("aws:username")}/*`) },
    ],
    [
      "another user's value does not match",
      false,
      {
        ...home,
        identity: bucket(`arn:aws:s3:::home/${variable("aws:username")}/*`),
        context: { "aws:username": "bob" },
      },
    ],
    [
      "a wildcard in the value is a plain character",
      false,
      {
        ...home,
        identity: bucket(`arn:aws:s3:::home/${variable("aws:username")}/*`),
        context: { "aws:username": "*" },
      },
    ],
    [
      "a variable without a value allows nothing",
      false,
      { ...home, identity: bucket(`arn:aws:s3:::home/${variable("aws:username")}/*`), context: {} },
    ],
    [
      "a default stands in for a missing value",
      true,
      { ...home, identity: bucket(`arn:aws:s3:::home/${variable("aws:username, 'ada'")}/*`), context: {} },
    ],
    [
      "a variable in a condition takes its value",
      true,
      { identity: onCondition({ StringEquals: { "aws:PrincipalArn": `${variable("aws:PrincipalArn")}` } }), context },
    ],
    [
      "an escaped asterisk is a plain character",
      false,
      { ...home, identity: bucket(`arn:aws:s3:::home/${variable("*")}/x`) },
    ],
    [
      "a deny whose variable has no value strikes",
      false,
      {
        ...home,
        context: {},
        identity: [bucket("*"), { ...bucket(`arn:aws:s3:::home/${variable("aws:username")}/*`), Effect: "Deny" }],
      },
    ],
  ];
  it.each(rows)("%s", (_, expected, given) => {
    expect(decide(given).allowed).toBe(expected);
  });
});
