import type { Properties } from "./engine/values.ts";
import type { Credentials, IamService } from "./services/contract.ts";

const NAME = "nexus-operator";

/** For a program that exports no policy for its operators: to call its APIs and no more. */
const CALL_APIS = {
  Version: "2012-10-17",
  Statement: [{ Sid: "CallApis", Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }],
};

/**
 * The user that `nexus env` and the client commands act as. It has the policy that the program exports as
 * `operatorPolicyArn`, so that it may do here what an operator may do on AWS.
 */
export const putOperator = (iam: IamService, accountId: string, stackOutputs: Properties): Credentials => {
  const arn = `arn:aws:iam::${accountId}:user/${NAME}`;
  iam.putUser({ name: NAME, arn });
  const policyArn = stackOutputs["operatorPolicyArn"];
  if (typeof policyArn === "string") iam.attachPolicy(arn, policyArn);
  else iam.putInlinePolicy(arn, "call-apis", CALL_APIS);
  return iam.credentialsFor(arn);
};
