import type { AccessRequest } from "../../../../local/services/contract.ts";
import { type Caller, evaluatePolicies } from "../../../../local/services/iam/evaluate.ts";
import { compilePolicy } from "../../../../local/services/iam/policy-document.ts";

export const TABLE = "arn:aws:dynamodb:eu-west-1:000000000000:table/events";
export const QUEUE = "arn:aws:sqs:eu-west-1:000000000000:orders";
export const TOPIC = "arn:aws:sns:eu-west-1:000000000000:standard";
export const ROLE = "arn:aws:iam::000000000000:role/commands";

export type Json = Record<string, unknown>;

export interface Given {
  readonly identity?: Json | Json[];
  readonly resourcePolicy?: Json | Json[];
  readonly action?: string;
  readonly resource?: string;
  readonly context?: AccessRequest["context"];
  readonly caller?: Caller;
}

export const role: Caller = { kind: "identity", arn: ROLE, accountId: "000000000000" };
export const service = (name: string): Caller => ({ kind: "service", name });

export const decide = (given: Given) => {
  const context = new Map(
    Object.entries(given.context ?? {}).map(([key, value]) => [
      key.toLowerCase(),
      typeof value === "string" ? [value] : value,
    ]),
  );
  return evaluatePolicies({
    caller: given.caller ?? role,
    action: given.action ?? "dynamodb:PutItem",
    resource: given.resource ?? TABLE,
    context: (key) => context.get(key.toLowerCase()),
    identityPolicies:
      given.identity === undefined ? [] : [compilePolicy("p", { Statement: given.identity }, "identity")],
    resourcePolicy:
      given.resourcePolicy === undefined
        ? undefined
        : compilePolicy("r", { Statement: given.resourcePolicy }, "resource"),
  });
};

export const allow = (more: Json = {}): Json => ({
  Effect: "Allow",
  Action: "dynamodb:PutItem",
  Resource: TABLE,
  ...more,
});
export const deny = (more: Json = {}): Json => ({
  Effect: "Deny",
  Action: "dynamodb:PutItem",
  Resource: TABLE,
  ...more,
});
export const without = (statement: Json, member: string): Json => {
  const { [member]: _, ...rest } = statement;
  return rest;
};
export const onCondition = (condition: Json): Json => allow({ Condition: condition });

export type Row = [title: string, expected: boolean, given: Given];

/** A policy variable, such as `${aws:username}`. */
export const variable = (name: string): string => `\${${name}}`;
