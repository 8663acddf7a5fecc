import { describe, expect, it } from "vitest";
import { decide, type Json, QUEUE, ROLE, type Row, service, TOPIC } from "./decide.ts";

describe("resource policies", () => {
  const send = { action: "sqs:SendMessage", resource: QUEUE };
  const grant = (principal: unknown, more: Json = {}): Json => ({
    Effect: "Allow",
    Principal: principal,
    Action: "sqs:SendMessage",
    Resource: QUEUE,
    ...more,
  });
  const fromTopic = { ArnEquals: { "aws:SourceArn": TOPIC } };
  const sns = { ...send, caller: service("sns.amazonaws.com") };
  const mayAll = { Effect: "Allow", Action: "sqs:*", Resource: "*" };
  const rows: Row[] = [
    [
      "a role that the resource names needs no policy of its own",
      true,
      { ...send, resourcePolicy: grant({ AWS: ROLE }) },
    ],
    ["another role does", false, { ...send, resourcePolicy: grant({ AWS: `${ROLE}2` }) }],
    [
      "the account as principal leaves the decision to IAM",
      false,
      { ...send, resourcePolicy: grant({ AWS: "000000000000" }) },
    ],
    ["and so does its root", false, { ...send, resourcePolicy: grant({ AWS: "arn:aws:iam::000000000000:root" }) }],
    ["everybody is everybody", true, { ...send, resourcePolicy: grant("*") }],
    [
      "an explicit deny of the resource wins over the role's allow",
      false,
      { ...send, identity: mayAll, resourcePolicy: grant("*", { Effect: "Deny" }) },
    ],
    [
      "an explicit deny of the role wins over the resource's allow",
      false,
      { ...send, identity: { ...mayAll, Effect: "Deny" }, resourcePolicy: grant("*") },
    ],
    [
      "a deny through the account strikes its roles",
      false,
      { ...send, identity: mayAll, resourcePolicy: grant({ AWS: "000000000000" }, { Effect: "Deny" }) },
    ],
    [
      "a deny of all but one principal spares that one",
      true,
      {
        ...send,
        identity: mayAll,
        resourcePolicy: { Effect: "Deny", NotPrincipal: { AWS: ROLE }, Action: "sqs:*", Resource: QUEUE },
      },
    ],
    [
      "and strikes the others",
      false,
      {
        ...send,
        identity: mayAll,
        resourcePolicy: { Effect: "Deny", NotPrincipal: { AWS: `${ROLE}2` }, Action: "sqs:*", Resource: QUEUE },
      },
    ],
    [
      "a service needs the resource to name it",
      false,
      { ...sns, resourcePolicy: grant({ Service: "events.amazonaws.com" }) },
    ],
    ["a service that is named may", true, { ...sns, resourcePolicy: grant({ Service: "sns.amazonaws.com" }) }],
    ["a service is not the account", false, { ...sns, resourcePolicy: grant({ AWS: "000000000000" }) }],
    [
      "a service may from the source that is named",
      true,
      {
        ...sns,
        resourcePolicy: grant({ Service: "sns.amazonaws.com" }, { Condition: fromTopic }),
        context: { "aws:SourceArn": TOPIC },
      },
    ],
    [
      "and not from another",
      false,
      {
        ...sns,
        resourcePolicy: grant({ Service: "sns.amazonaws.com" }, { Condition: fromTopic }),
        context: { "aws:SourceArn": `${TOPIC}2` },
      },
    ],
    [
      "a policy of another resource says nothing",
      false,
      { ...send, resourcePolicy: grant("*", { Resource: `${QUEUE}2` }) },
    ],
  ];
  it.each(rows)("%s", (_, expected, given) => {
    expect(decide(given).allowed).toBe(expected);
  });
});
