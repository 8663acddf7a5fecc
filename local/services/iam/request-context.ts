import { ACCOUNT_ID, type AccessRequest } from "../contract.ts";
import type { ContextValues } from "./condition.ts";
import type { IdentityRow } from "./iam-store.ts";

export interface RequestContext {
  readonly values: ContextValues;
  /** Whether a condition has looked at the clock: such a decision must not be kept. */
  readonly usedClock: () => boolean;
}

/** The condition keys of one request: what the caller of the evaluator says, and what is known of who asks. */
export const requestContext = (
  asked: NonNullable<AccessRequest["context"]>,
  own: Readonly<Record<string, string>>,
  clock: () => Date,
): RequestContext => {
  const values = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries({ ...asked, ...own }))
    values.set(key.toLowerCase(), typeof value === "string" ? [value] : value);
  let usedClock = false;
  return {
    usedClock: () => usedClock,
    values: (key) => {
      const name = key.toLowerCase();
      if (name !== "aws:currenttime" && name !== "aws:epochtime") return values.get(name);
      usedClock = true;
      const now = clock();
      return [name === "aws:currenttime" ? now.toISOString() : String(Math.floor(now.getTime() / 1000))];
    },
  };
};

export const identityKeys = ({ arn, kind, name, unique_id }: IdentityRow): Record<string, string> => ({
  "aws:PrincipalArn": arn,
  "aws:PrincipalAccount": ACCOUNT_ID,
  "aws:PrincipalType": kind === "role" ? "AssumedRole" : "User",
  "aws:PrincipalIsAWSService": "false",
  ...(kind === "user" ? { "aws:username": name, "aws:userid": unique_id } : {}),
});

export const serviceKeys = (servicePrincipal: string): Record<string, string> => ({
  "aws:PrincipalIsAWSService": "true",
  "aws:PrincipalServiceName": servicePrincipal,
});
