import type { Properties } from "../engine/values.ts";
import type { Cloud } from "./cloud.ts";
import { records, text, texts } from "./inputs.ts";

type Where = Pick<Cloud, "region" | "accountId">;
type Invoke = (where: Where, args: Properties) => Properties;

/** Condition operators may be given several times; each adds its variables. */
const conditionsOf = (statement: Properties): Record<string, Record<string, readonly string[]>> => {
  const conditions: Record<string, Record<string, readonly string[]>> = {};
  for (const condition of records(statement, "conditions")) {
    const operator = text(condition, "test") ?? "";
    const variable = text(condition, "variable") ?? "";
    conditions[operator] = { ...conditions[operator], [variable]: texts(condition, "values") };
  }
  return conditions;
};

const principalsOf = (statement: Properties, key: string): unknown => {
  const principals = records(statement, key);
  if (principals.length === 0) return undefined;
  if (principals.some((principal) => text(principal, "type") === "*")) return "*";
  return Object.fromEntries(principals.map((principal) => [text(principal, "type"), texts(principal, "identifiers")]));
};

const orUndefined = (values: readonly string[]) => (values.length > 0 ? values : undefined);

const statementOf = (statement: Properties) => {
  const conditions = conditionsOf(statement);
  return {
    Sid: text(statement, "sid"),
    Effect: text(statement, "effect") ?? "Allow",
    Action: orUndefined(texts(statement, "actions")),
    NotAction: orUndefined(texts(statement, "notActions")),
    Resource: orUndefined(texts(statement, "resources")),
    NotResource: orUndefined(texts(statement, "notResources")),
    Principal: principalsOf(statement, "principals"),
    NotPrincipal: principalsOf(statement, "notPrincipals"),
    Condition: Object.keys(conditions).length > 0 ? conditions : undefined,
  };
};

const policyDocument: Invoke = (_where, args) => {
  const document = {
    Version: text(args, "version") ?? "2012-10-17",
    Id: text(args, "policyId"),
    Statement: records(args, "statements").map(statementOf),
  };
  return {
    ...args,
    id: "policy-document",
    json: JSON.stringify(document, null, 2),
    minifiedJson: JSON.stringify(document),
  };
};

const zonesOf = (region: string): string[] => ["a", "b", "c"].map((letter) => region + letter);

const INVOKES: Readonly<Record<string, Invoke>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": ({ accountId }) => ({
    id: accountId,
    accountId,
    userId: accountId,
    arn: `arn:aws:iam::${accountId}:root`,
  }),
  "aws:index/getRegion:getRegion": ({ region }) => ({
    id: region,
    region,
    name: region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": ({ region }, args) => ({
    ...args,
    id: region,
    names: zonesOf(region),
    zoneIds: zonesOf(region).map((zone) => `${zone}-id`),
    groupNames: [region],
  }),
  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
};

/** Answers a function of the AWS provider. One that is not known here is refused by name. */
export const invoke = async (where: Where, token: string, args: Properties): Promise<Properties> => {
  const answer = INVOKES[token];
  if (answer === undefined)
    throw new Error(
      `the program calls ${token}, which the local cloud does not answer; it knows ${Object.keys(INVOKES).join(", ")}`,
    );
  return answer(where, args);
};
