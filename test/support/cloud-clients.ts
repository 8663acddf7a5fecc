import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GlueClient } from "@aws-sdk/client-glue";
import type { Stack } from "../../local/stack.ts";

const ARN = "arn:aws:iam::000000000000:role/tester";

/** SDK clients of a role that may do everything in the registry and the tables of a running stack, through its front. */
export const cloudClients = ({ cloud, running }: Stack) => {
  const trust = { Statement: { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" } };
  cloud.iam.putRole({ name: "tester", arn: ARN, assumeRolePolicy: trust });
  cloud.iam.putInlinePolicy(ARN, "all", {
    Statement: { Effect: "Allow", Action: ["glue:*", "dynamodb:*"], Resource: "*" },
  });
  const configuration = {
    region: running.region,
    endpoint: running.aws,
    credentials: cloud.iam.credentialsFor(ARN, "tester"),
  };
  return { glue: () => new GlueClient(configuration), dynamoDb: () => new DynamoDBClient(configuration) };
};
