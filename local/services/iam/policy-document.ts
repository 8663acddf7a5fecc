import { AwsError, type PolicyDocument } from "../contract.ts";
import { type Condition, compileCondition } from "./condition.ts";
import { knowsConditionKey } from "./condition-keys.ts";
import { type Pattern, pattern } from "./pattern.ts";

export type PolicyKind =
  /** Says what its holder may do: has resources and no principal. */
  | "identity"
  /** Says who may use a resource: has principals; the resource is checked against the patterns it names. */
  | "resource"
  /** Says who may assume a role: has principals and no resource. */
  | "trust";

export interface Principals {
  readonly negated: boolean;
  readonly anyone: boolean;
  readonly aws: readonly string[];
  readonly services: readonly string[];
}

export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly Pattern[];
}

export interface Statement {
  /** The Sid, or `#<position>` counted from 1. */
  readonly label: string;
  readonly effect: "Allow" | "Deny";
  readonly principals: Principals | undefined;
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
}

export interface Policy {
  readonly name: string;
  readonly statements: readonly Statement[];
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const strings = (value: unknown, where: string): string[] => {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new Error(`${where} is empty`);
  return list.map((item) => {
    if (typeof item !== "string") throw new Error(`${where} holds ${JSON.stringify(item)}, not a string`);
    return item;
  });
};

const exactlyOne = (
  statement: Json,
  name: string,
  required: boolean,
): { negated: boolean; value: unknown } | undefined => {
  const plain = statement[name];
  const negated = statement[`Not${name}`];
  if (plain !== undefined && negated !== undefined) throw new Error(`it has both ${name} and Not${name}`);
  if (plain !== undefined) return { negated: false, value: plain };
  if (negated !== undefined) return { negated: true, value: negated };
  if (required) throw new Error(`it lacks ${name}`);
  return undefined;
};

const compileActions = (statement: Json): Patterns => {
  const { negated, value } = exactlyOne(statement, "Action", true) ?? { negated: false, value: [] };
  const names = strings(value, "Action");
  for (const name of names)
    if (name !== "*" && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(name))
      throw new Error(`Action ${JSON.stringify(name)} is not of the form service:action`);
  return { negated, patterns: names.map((name) => pattern(name, "i")) };
};

const ANY_RESOURCE: Patterns = { negated: false, patterns: [pattern("*")] };

const compileResources = (statement: Json, kind: PolicyKind): Patterns => {
  const element = exactlyOne(statement, "Resource", kind === "identity");
  if (element === undefined) return ANY_RESOURCE;
  if (kind === "trust") throw new Error("a trust policy has no Resource");
  const names = strings(element.value, "Resource");
  for (const name of names)
    if (name !== "*" && !name.startsWith("arn:") && !name.startsWith("${"))
      throw new Error(`Resource ${JSON.stringify(name)} is neither "*" nor an ARN`);
  return { negated: element.negated, patterns: names.map((name) => pattern(name)) };
};

const PRINCIPAL_KINDS = new Set(["AWS", "Service", "Federated", "CanonicalUser"]);

const compilePrincipals = (statement: Json, kind: PolicyKind, effect: string): Principals | undefined => {
  const element = exactlyOne(statement, "Principal", kind !== "identity");
  if (element === undefined) return undefined;
  if (kind === "identity") throw new Error("an identity policy has no Principal");
  const { negated, value } = element;
  if (negated && effect === "Allow") throw new Error("NotPrincipal goes only with Deny");
  if (value === "*") return { negated, anyone: true, aws: [], services: [] };
  if (!isObject(value)) throw new Error('Principal is neither "*" nor an object');
  for (const name of Object.keys(value))
    if (!PRINCIPAL_KINDS.has(name)) throw new Error(`unknown kind of principal ${JSON.stringify(name)}`);
  const aws = value["AWS"] === undefined ? [] : strings(value["AWS"], "Principal.AWS");
  for (const name of aws)
    if (/:assumed-role\//.test(name))
      throw new Error(`the session ${name} as a principal is not simulated by the local cloud: name its role`);
  return {
    negated,
    anyone: aws.includes("*"),
    aws,
    services: value["Service"] === undefined ? [] : strings(value["Service"], "Principal.Service"),
  };
};

const compileConditions = (statement: Json): Condition[] => {
  const block = statement["Condition"];
  if (block === undefined) return [];
  if (!isObject(block)) throw new Error("Condition is not an object");
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw new Error(`Condition.${operator} is not an object`);
    return Object.entries(keys).map(([key, value]) => {
      const values: unknown[] = Array.isArray(value) ? value : [value];
      const scalar = values.find((item) => !["string", "number", "boolean"].includes(typeof item));
      if (scalar !== undefined) throw new Error(`Condition.${operator}.${key} holds ${JSON.stringify(scalar)}`);
      const condition = compileCondition(operator, key, values.map(String), knowsConditionKey);
      if (typeof condition === "string") throw new Error(condition);
      return condition;
    });
  });
};

const STATEMENT_MEMBERS = new Set(
  "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split(" "),
);

const compileStatement = (statement: unknown, label: string, kind: PolicyKind): Statement => {
  if (!isObject(statement)) throw new Error("it is not an object");
  for (const member of Object.keys(statement))
    if (!STATEMENT_MEMBERS.has(member)) throw new Error(`unknown member ${JSON.stringify(member)}`);
  const effect = statement["Effect"];
  if (effect !== "Allow" && effect !== "Deny")
    throw new Error(`Effect is ${JSON.stringify(effect)}, not Allow or Deny`);
  return {
    label,
    effect,
    principals: compilePrincipals(statement, kind, effect),
    actions: compileActions(statement),
    resources: compileResources(statement, kind),
    conditions: compileConditions(statement),
  };
};

const VERSIONS = new Set(["2012-10-17", "2008-10-17"]);

const malformed = (name: string, problem: string): AwsError =>
  new AwsError("MalformedPolicyDocument", `Policy ${name}: ${problem}.`);

/** Throws `MalformedPolicyDocument`, which names the policy and the statement. */
export const compilePolicy = (name: string, document: PolicyDocument, kind: PolicyKind): Policy => {
  let parsed: unknown = document;
  if (typeof document === "string")
    try {
      parsed = JSON.parse(document);
    } catch (error) {
      throw malformed(name, `it is not JSON: ${(error as Error).message}`);
    }
  if (!isObject(parsed)) throw malformed(name, "it is not a JSON object");
  const version = parsed["Version"];
  if (version !== undefined && !(typeof version === "string" && VERSIONS.has(version)))
    throw malformed(name, `Version ${JSON.stringify(version)} is not one of ${[...VERSIONS].join(", ")}`);
  const block = parsed["Statement"];
  if (block === undefined) throw malformed(name, "it has no Statement");
  const statements: unknown[] = Array.isArray(block) ? block : [block];
  const labels = new Set<string>();
  return {
    name,
    statements: statements.map((statement, index) => {
      const sid = isObject(statement) && typeof statement["Sid"] === "string" ? statement["Sid"] : "";
      const label = sid === "" ? `#${index + 1}` : sid;
      if (labels.has(label)) throw malformed(name, `statement ${label} stands in it twice`);
      labels.add(label);
      try {
        return compileStatement(statement, label, kind);
      } catch (error) {
        throw malformed(name, `statement ${label}: ${(error as Error).message}`);
      }
    }),
  };
};
