import { ACCOUNT_ID, type AccessRequest } from "../../services/contract.ts";
import type { AccessEnvironment, AccessTable, Call, FrontService } from "../call.ts";
import { unknownAction } from "../decode.ts";
import { arn, asArn, one } from "./arns.ts";
import { dynamodbAccess } from "./dynamodb.ts";
import { glueAccess } from "./glue.ts";
import { kinesisAccess } from "./kinesis.ts";
import { s3Access } from "./s3.ts";
import { snsAccess } from "./sns.ts";
import { sqsAccess } from "./sqs.ts";

const lambdaAccess: AccessTable = ({ action, input }, { region }) => {
  if (action !== "Invoke") return undefined;
  const name = String(input["FunctionName"]);
  // `123456789012:function:name` is a name too.
  const toArn = (plain: string): string =>
    arn("lambda", region, `function:${plain.replace(`${ACCOUNT_ID}:function:`, "")}`);
  return one("lambda:InvokeFunction", asArn(name, toArn));
};

/** Who one is needs no permission. */
const stsAccess: AccessTable = ({ action }) => (action === "GetCallerIdentity" ? [] : undefined);

const TABLES: Readonly<Record<FrontService, AccessTable>> = {
  dynamodb: dynamodbAccess,
  kinesis: kinesisAccess,
  glue: glueAccess,
  sqs: sqsAccess,
  sns: snsAccess,
  s3: s3Access,
  lambda: lambdaAccess,
  sts: stsAccess,
};

/** The permissions that a call needs. Throws `UnknownOperationException` for an action that the local cloud does not have. */
export const accessOf = async (call: Call, environment: AccessEnvironment): Promise<readonly AccessRequest[]> => {
  const access = await TABLES[call.service](call, environment);
  if (access === undefined) throw unknownAction(call.service, call.action);
  return access;
};
