import { describe, expect, it } from "vitest";
import { allow, decide, deny, onCondition, QUEUE, type Row, TOPIC } from "./decide.ts";

describe("conditions", () => {
  const source = { "aws:SourceArn": TOPIC };
  const rows: Row[] = [
    [
      "StringEquals holds on the same text",
      true,
      { identity: onCondition({ StringEquals: { "aws:SourceArn": TOPIC } }), context: source },
    ],
    [
      "StringEquals minds case",
      false,
      { identity: onCondition({ StringEquals: { "aws:SourceArn": TOPIC.toUpperCase() } }), context: source },
    ],
    [
      "StringEquals takes * as it is",
      false,
      { identity: onCondition({ StringEquals: { "aws:SourceArn": "arn:*" } }), context: source },
    ],
    [
      "one of several values is enough",
      true,
      { identity: onCondition({ StringEquals: { "aws:SourceArn": ["a", TOPIC] } }), context: source },
    ],
    [
      "every key must hold",
      false,
      {
        identity: onCondition({ StringEquals: { "aws:SourceArn": TOPIC, "aws:SourceAccount": "1" } }),
        context: { ...source, "aws:SourceAccount": "2" },
      },
    ],
    [
      "every operator must hold",
      false,
      {
        identity: onCondition({ StringEquals: { "aws:SourceArn": TOPIC }, Bool: { "aws:SecureTransport": "true" } }),
        context: { ...source, "aws:SecureTransport": "false" },
      },
    ],
    [
      "a key that the request lacks does not hold",
      false,
      { identity: onCondition({ StringEquals: { "aws:SourceArn": TOPIC } }) },
    ],
    [
      "keys ignore case",
      true,
      { identity: onCondition({ StringEquals: { "AWS:sourcearn": TOPIC } }), context: source },
    ],
    [
      "IfExists holds when the request lacks the key",
      true,
      { identity: onCondition({ StringEqualsIfExists: { "aws:SourceArn": TOPIC } }) },
    ],
    [
      "IfExists compares when it has the key",
      false,
      { identity: onCondition({ StringEqualsIfExists: { "aws:SourceArn": QUEUE } }), context: source },
    ],
    [
      "StringNotEquals holds on another text",
      true,
      { identity: onCondition({ StringNotEquals: { "aws:SourceArn": QUEUE } }), context: source },
    ],
    [
      "StringNotEquals fails when one of its values is the same",
      false,
      { identity: onCondition({ StringNotEquals: { "aws:SourceArn": [QUEUE, TOPIC] } }), context: source },
    ],
    [
      "StringNotEquals holds when the request lacks the key",
      true,
      { identity: onCondition({ StringNotEquals: { "aws:SourceArn": QUEUE } }) },
    ],
    [
      "StringEqualsIgnoreCase does not mind case",
      true,
      { identity: onCondition({ StringEqualsIgnoreCase: { "aws:SourceArn": TOPIC.toUpperCase() } }), context: source },
    ],
    [
      "StringLike knows wildcards",
      true,
      { identity: onCondition({ StringLike: { "aws:SourceArn": "arn:aws:sns:*:standar?" } }), context: source },
    ],
    [
      "StringNotLike is its opposite",
      false,
      { identity: onCondition({ StringNotLike: { "aws:SourceArn": "arn:*" } }), context: source },
    ],
    [
      "ArnLike knows wildcards in each part",
      true,
      { identity: onCondition({ ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:stand*" } }), context: source },
    ],
    [
      "ArnLike does not reach across parts",
      false,
      { identity: onCondition({ ArnLike: { "aws:SourceArn": "arn:aws:*:standard" } }), context: source },
    ],
    [
      "ArnEquals is ArnLike",
      true,
      { identity: onCondition({ ArnEquals: { "aws:SourceArn": TOPIC } }), context: source },
    ],
    [
      "ArnNotLike is its opposite",
      true,
      { identity: onCondition({ ArnNotLike: { "aws:SourceArn": "arn:aws:sqs:*:*:*" } }), context: source },
    ],
    [
      "ArnEquals fails on what is no ARN",
      false,
      { identity: onCondition({ ArnEquals: { "aws:SourceArn": TOPIC } }), context: { "aws:SourceArn": "standard" } },
    ],
    [
      "NumericLessThanEquals includes its limit",
      true,
      {
        identity: onCondition({ NumericLessThanEquals: { "aws:EpochTime": "10" } }),
        context: { "aws:EpochTime": "10.0" },
      },
    ],
    [
      "NumericGreaterThan does not",
      false,
      { identity: onCondition({ NumericGreaterThan: { "aws:EpochTime": 10 } }), context: { "aws:EpochTime": "10" } },
    ],
    [
      "a number compares as a number, not as text",
      true,
      { identity: onCondition({ NumericLessThan: { "aws:EpochTime": "10" } }), context: { "aws:EpochTime": "9" } },
    ],
    [
      "what is no number holds nothing",
      false,
      { identity: onCondition({ NumericLessThan: { "aws:EpochTime": "10" } }), context: { "aws:EpochTime": "soon" } },
    ],
    [
      "DateLessThan compares instants in any offset",
      true,
      {
        identity: onCondition({ DateLessThan: { "aws:CurrentTime": "2030-01-01T01:00:00+01:00" } }),
        context: { "aws:CurrentTime": "2029-12-31T23:59:59Z" },
      },
    ],
    [
      "a date may be seconds since the epoch",
      true,
      {
        identity: onCondition({ DateGreaterThan: { "aws:CurrentTime": "1000" } }),
        context: { "aws:CurrentTime": "1970-01-01T01:00:00Z" },
      },
    ],
    [
      "Bool compares true and false",
      true,
      { identity: onCondition({ Bool: { "aws:SecureTransport": true } }), context: { "aws:SecureTransport": "true" } },
    ],
    ["Null true wants the key absent", true, { identity: onCondition({ Null: { "aws:SourceArn": "true" } }) }],
    [
      "Null true fails when it is there",
      false,
      { identity: onCondition({ Null: { "aws:SourceArn": "true" } }), context: source },
    ],
    [
      "Null false wants it there",
      true,
      { identity: onCondition({ Null: { "aws:SourceArn": "false" } }), context: source },
    ],
    [
      "ForAllValues wants every value",
      false,
      {
        identity: onCondition({ "ForAllValues:StringEquals": { "dynamodb:Select": ["A", "B"] } }),
        context: { "dynamodb:Select": ["A", "C"] },
      },
    ],
    [
      "ForAllValues holds when there is none",
      true,
      { identity: onCondition({ "ForAllValues:StringEquals": { "dynamodb:Select": "A" } }) },
    ],
    [
      "ForAnyValue wants one",
      true,
      {
        identity: onCondition({ "ForAnyValue:StringEquals": { "dynamodb:Select": ["A", "B"] } }),
        context: { "dynamodb:Select": ["C", "B"] },
      },
    ],
    [
      "ForAnyValue fails when there is none",
      false,
      { identity: onCondition({ "ForAnyValue:StringNotEquals": { "dynamodb:Select": "A" } }) },
    ],
    [
      "ForAllValues of a negated operator wants none to be the same",
      false,
      {
        identity: onCondition({ "ForAllValues:StringNotEquals": { "dynamodb:Select": "A" } }),
        context: { "dynamodb:Select": ["B", "A"] },
      },
    ],
    [
      "a deny whose condition does not hold is no deny",
      true,
      {
        identity: [allow(), deny({ Condition: { Bool: { "aws:SecureTransport": "false" } } })],
        context: { "aws:SecureTransport": "true" },
      },
    ],
    [
      "a deny whose condition holds is one",
      false,
      {
        identity: [allow(), deny({ Condition: { Bool: { "aws:SecureTransport": "false" } } })],
        context: { "aws:SecureTransport": "false" },
      },
    ],
  ];
  it.each(rows)("%s", (_, expected, given) => {
    expect(decide(given).allowed).toBe(expected);
  });
});
