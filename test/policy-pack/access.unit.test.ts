import { requireIam } from "../../policy-pack/policies/apigateway/require-iam.ts";
import { forbidWildcards } from "../../policy-pack/policies/iam/forbid-wildcards.ts";
import { forbidPublicAccess } from "../../policy-pack/policies/opensearch/forbid-public-access.ts";
import { describePolicies, type PolicyCase, type Props } from "./support/describe-policies.ts";
import { withUnknown } from "./support/evaluate.ts";

const statement = (change: Props = {}): Props => ({
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Read",
        Effect: "Allow",
        Action: ["dynamodb:Query"],
        Resource: "arn:aws:dynamodb:eu-west-1:000000000000:table/a",
        ...change,
      },
    ],
  },
});

const access = (change: Props): Props => ({
  accessPolicies: JSON.stringify({
    Statement: [{ Sid: "Open", Effect: "Allow", Action: "es:*", Resource: "*", ...change }],
  }),
});

describePolicies([
  {
    policy: requireIam,
    type: "aws:apigatewayv2/route:Route",
    compliant: { routeKey: "POST /api/commands/{commandType}", authorizationType: "AWS_IAM" },
    broken: [
      ["no authorization", { authorizationType: undefined }, "Anybody may call POST /api/commands/{commandType}"],
      ["NONE", { authorizationType: "NONE" }, "Set authorizationType to AWS_IAM"],
      ["an open WebSocket", { routeKey: "$connect", authorizationType: "NONE" }, "Anybody may call $connect"],
    ],
    alsoCompliant: [
      ["a message on an open WebSocket", { routeKey: "$default", authorizationType: "NONE" }],
      ["the end of a WebSocket", { routeKey: "$disconnect", authorizationType: "NONE" }],
    ],
  },
  {
    policy: forbidPublicAccess,
    type: "aws:opensearch/domain:Domain",
    compliant: {},
    broken: [
      ["everybody", access({ Principal: "*" }), "Open opens the domain to everybody"],
      ["every AWS account", access({ Principal: { AWS: "*" } }), "opens the domain to everybody"],
      ["everybody in a list", access({ Principal: { AWS: ["arn:aws:iam::1:root", "*"] } }), "to everybody"],
    ],
    alsoCompliant: [
      ["named principals", access({ Principal: { AWS: "arn:aws:iam::000000000000:role/a" } })],
      ["a denial to everybody", access({ Principal: "*", Effect: "Deny" })],
      [
        "everybody under a condition",
        access({ Principal: "*", Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
      ],
    ],
  },
  {
    policy: forbidPublicAccess,
    type: "aws:opensearch/domainPolicy:DomainPolicy",
    compliant: access({ Principal: { AWS: "arn:aws:iam::000000000000:role/a" } }),
    broken: [["everybody", access({ Principal: "*" }), "opens the domain to everybody"]],
  },
  ...["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"].map(
    (type): PolicyCase => ({
      policy: forbidWildcards,
      type,
      compliant: statement(),
      broken: [
        ["every action", statement({ Action: "*" }), "Read allows *. Name the actions."],
        ["every action of a service", statement({ Action: ["dynamodb:*"] }), "Read allows dynamodb:*"],
        ["actions by pattern", statement({ Action: ["dynamodb:Query", "dynamodb:Put*"] }), "Read allows dynamodb:Put*"],
        ["every resource", statement({ Resource: "*" }), "Read allows dynamodb:Query on *. Name the ARNs."],
        ["every resource in a list", statement({ Resource: ["arn:aws:s3:::b", "*"] }), "on *"],
        [
          "every resource of a service",
          statement({ Resource: "arn:aws:dynamodb:eu-west-1:000000000000:*" }),
          "on arn:aws:dynamodb:eu-west-1:000000000000:*",
        ],
        [
          "a policy given as text",
          { policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::b" } }) },
          "statement 1 allows *",
        ],
      ],
      alsoCompliant: [
        ["actions without resources", statement({ Action: ["xray:PutTraceSegments"], Resource: "*" })],
        ["a denial of everything", statement({ Effect: "Deny", Action: "*", Resource: "*" })],
        ["all items below a named resource", statement({ Resource: "arn:aws:logs:eu-west-1:0:log-group:a:*" })],
        ["a resource that a preview cannot know", withUnknown(statement(), "policy", "Statement")],
      ],
    }),
  ),
]);
