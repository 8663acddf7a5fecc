import { describe, expect, it } from "vitest";
import { allow, decide, deny, type Given, onCondition, QUEUE, type Row, service, TABLE, without } from "./decide.ts";

describe("statements of an identity policy", () => {
  const rows: Row[] = [
    ["nothing is allowed without a policy", false, {}],
    ["an exact action on an exact resource is allowed", true, { identity: allow() }],
    ["another action is not", false, { identity: allow(), action: "dynamodb:GetItem" }],
    ["another resource is not", false, { identity: allow(), resource: `${TABLE}2` }],
    ["an action of the same name in another service is not", false, { identity: allow(), action: "s3:PutItem" }],
    ["action names ignore case", true, { identity: allow({ Action: "DynamoDB:putitem" }) }],
    [
      "resource names do not",
      false,
      { identity: allow({ Resource: TABLE.toUpperCase().replace("ARN:AWS", "arn:aws") }) },
    ],
    ["* in an action stands for any characters", true, { identity: allow({ Action: "dynamodb:Put*" }) }],
    ["? in an action stands for one character", true, { identity: allow({ Action: "dynamodb:PutIte?" }) }],
    ["? does not stand for none", false, { identity: allow({ Action: "dynamodb:PutItem?" }) }],
    ["* alone is every action", true, { identity: allow({ Action: "*" }) }],
    ["one of several actions is enough", true, { identity: allow({ Action: ["dynamodb:Query", "dynamodb:PutItem"] }) }],
    [
      "* in a resource reaches across slashes",
      true,
      { identity: allow({ Resource: `${TABLE}/*` }), resource: `${TABLE}/index/a` },
    ],
    ["a pattern below a table is not the table", false, { identity: allow({ Resource: `${TABLE}/*` }) }],
    ["* in a resource reaches across colons", true, { identity: allow({ Resource: "arn:aws:dynamodb:*" }) }],
    [
      "dots in a resource are plain characters",
      false,
      { identity: allow({ Resource: "arn:aws:s3:::a.b" }), resource: "arn:aws:s3:::axb" },
    ],
    [
      "NotAction is every other action",
      true,
      { identity: without(allow({ NotAction: "dynamodb:Delete*" }), "Action") },
    ],
    [
      "NotAction leaves out what it names",
      false,
      { identity: without(allow({ NotAction: "dynamodb:Put*" }), "Action") },
    ],
    ["NotResource is every other resource", true, { identity: without(allow({ NotResource: QUEUE }), "Resource") }],
    [
      "NotResource leaves out what it names",
      false,
      { identity: without(allow({ NotResource: "arn:aws:dynamodb:*" }), "Resource") },
    ],
    ["an explicit deny wins over an allow", false, { identity: [allow(), deny()] }],
    ["the order does not matter", false, { identity: [deny(), allow()] }],
    [
      "a deny of another action does not matter",
      true,
      { identity: [allow(), deny({ Action: "dynamodb:UpdateItem" })] },
    ],
    ["a deny alone allows nothing else", false, { identity: deny({ Action: "dynamodb:UpdateItem" }) }],
    [
      "a deny by NotAction strikes everything else",
      false,
      { identity: [allow(), without(deny({ NotAction: "dynamodb:GetItem" }), "Action")] },
    ],
  ];
  it.each(rows)("%s", (_, expected, given) => {
    expect(decide(given).allowed).toBe(expected);
  });
});

describe("the reason of a refusal", () => {
  it.each<[string, Given, string]>([
    [
      "names the action that no policy allows",
      {},
      "because no identity-based policy allows the dynamodb:PutItem action",
    ],
    [
      "tells an explicit deny of the identity",
      { identity: [allow(), deny()] },
      "with an explicit deny in an identity-based policy",
    ],
    [
      "tells an explicit deny of the resource",
      { identity: allow(), resourcePolicy: { ...deny(), Principal: "*" } },
      "with an explicit deny in a resource-based policy",
    ],
    [
      "speaks of the resource's policy to a service",
      { caller: service("sns.amazonaws.com") },
      "because no resource-based policy allows the dynamodb:PutItem action",
    ],
  ])("%s", (_, given, reason) => {
    expect(decide(given)).toEqual({ allowed: false, reason });
  });

  it("passes over an allow on a key the local cloud does not know, and says so", () => {
    const identity = onCondition({ StringEquals: { "aws:ResourceTag/team": "orders" } });
    const { allowed, reason } = decide({ identity: { Sid: "ByTag", ...identity } });
    expect(allowed).toBe(false);
    expect(reason).toContain("statement ByTag of policy p");
    expect(reason).toContain("aws:ResourceTag/team");
  });

  it("takes a deny on such a key to apply", () => {
    const identity = [allow(), deny({ Condition: { StringEqualsIfExists: { "aws:ResourceTag/team": "orders" } } })];
    const { allowed, reason } = decide({ identity });
    expect(allowed).toBe(false);
    expect(reason).toContain("explicit deny");
    expect(reason).toContain("aws:ResourceTag/team");
  });
});
