import type { AccessDecision } from "../contract.ts";
import type { ContextValues } from "./condition.ts";
import type { Variables } from "./pattern.ts";
import type { Patterns, Policy, Principals, Statement } from "./policy-document.ts";

/** Who asks: a role or user, or a service of AWS. */
export type Caller =
  | { readonly kind: "identity"; readonly arn: string; readonly accountId: string }
  | { readonly kind: "service"; readonly name: string };

export interface Evaluation {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context: ContextValues;
  readonly identityPolicies: readonly Policy[];
  readonly resourcePolicy: Policy | undefined;
}

/** How far a statement speaks for a caller: by name, only through the account (IAM still has to allow it), or not. */
type Grant = "direct" | "account" | "none";

const grantTo = (principals: Principals | undefined, caller: Caller): Grant => {
  if (principals === undefined) return "direct";
  const grant = ((): Grant => {
    if (principals.anyone) return "direct";
    if (caller.kind === "service") return principals.services.includes(caller.name) ? "direct" : "none";
    if (principals.aws.includes(caller.arn)) return "direct";
    const account = [caller.accountId, `arn:aws:iam::${caller.accountId}:root`];
    return principals.aws.some((name) => account.includes(name)) ? "account" : "none";
  })();
  if (!principals.negated) return grant;
  return grant === "none" ? "direct" : "none";
};

type Match = "yes" | "no" | "undetermined";

const matchPatterns = ({ negated, patterns }: Patterns, value: string, variables: Variables): Match => {
  const results = patterns.map((each) => each.matches(value, variables));
  if (results.includes(true)) return negated ? "no" : "yes";
  if (results.includes(undefined)) return "undetermined";
  return negated ? "yes" : "no";
};

interface Applied {
  readonly match: Match;
  readonly because?: string;
}

const applies = (statement: Statement, { action, resource, context }: Evaluation): Applied => {
  const variables: Variables = (key) => {
    const values = context(key);
    return values?.length === 1 ? values[0] : undefined;
  };
  if (matchPatterns(statement.actions, action, variables) !== "yes") return { match: "no" };
  const onResource = matchPatterns(statement.resources, resource, variables);
  if (onResource === "no") return { match: "no" };
  let undetermined = onResource === "yes" ? undefined : "a policy variable of its Resource has no value";
  for (const condition of statement.conditions) {
    const outcome = condition.test(context, variables);
    if (outcome === false) return { match: "no" };
    if (outcome === "undetermined")
      undetermined ??= `condition ${condition.operator} on ${condition.key} cannot be judged by the local cloud`;
  }
  return undetermined === undefined ? { match: "yes" } : { match: "undetermined", because: undetermined };
};

interface Verdict {
  allowed: boolean;
  denied: boolean;
  /** Statements that could not be judged: an Allow is then passed over, a Deny is taken to apply. */
  readonly notes: string[];
}

const judgePolicies = (policies: readonly Policy[], evaluation: Evaluation): Verdict => {
  const verdict: Verdict = { allowed: false, denied: false, notes: [] };
  for (const policy of policies)
    for (const statement of policy.statements) {
      const grant = grantTo(statement.principals, evaluation.caller);
      if (grant === "none") continue;
      const { match, because } = applies(statement, evaluation);
      if (match === "no") continue;
      if (because !== undefined)
        verdict.notes.push(`statement ${statement.label} of policy ${policy.name}: ${because}`);
      if (statement.effect === "Deny") verdict.denied = true;
      else if (match === "yes" && grant === "direct") verdict.allowed = true;
    }
  return verdict;
};

const withNotes = (reason: string, notes: readonly string[]): string =>
  notes.length === 0 ? reason : `${reason} (${notes.join("; ")})`;

const deny = (reason: string, notes: readonly string[]): AccessDecision => ({
  allowed: false,
  reason: withNotes(reason, notes),
});

/**
 * IAM's decision within one account: an explicit deny wins; else an identity policy or a resource policy that names the
 * caller is enough. A service of AWS has no identity policy. The reason is the end of AWS's AccessDenied sentence.
 */
export const evaluatePolicies = (evaluation: Evaluation): AccessDecision => {
  const { action, caller, resourcePolicy } = evaluation;
  const identity = judgePolicies(evaluation.identityPolicies, evaluation);
  if (identity.denied) return deny("with an explicit deny in an identity-based policy", identity.notes);
  const resource = judgePolicies(resourcePolicy === undefined ? [] : [resourcePolicy], evaluation);
  if (resource.denied) return deny("with an explicit deny in a resource-based policy", resource.notes);
  const notes = [...identity.notes, ...resource.notes];
  if (identity.allowed) return { allowed: true, reason: "an identity-based policy allows it" };
  if (resource.allowed) return { allowed: true, reason: "a resource-based policy allows it" };
  const kind = caller.kind === "service" ? "resource-based" : "identity-based";
  return deny(`because no ${kind} policy allows the ${action} action`, notes);
};
