import { covers, type Statement } from "../statements.ts";
import { API, CONSUMER, DOMAIN, FUNCTION, QUEUE, STREAM, TABLE, TOPIC } from "../types.ts";
import { known, UNKNOWN } from "../validation.ts";
import type { PolicyDocument } from "./documents.ts";
import type { Verb } from "./model.ts";
import type { GraphResource, ResourceIndex } from "./resources.ts";

const ITEM_WRITES = [
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:PartiQLInsert",
  "dynamodb:PartiQLUpdate",
  "dynamodb:PartiQLDelete",
];

/** What an action on a resource amounts to, by the resource's type. */
const MEANINGS: Readonly<Record<string, Partial<Record<Verb, readonly string[]>>>> = {
  [TABLE]: {
    writes: ITEM_WRITES,
    reads: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:PartiQLSelect"],
    follows: ["dynamodb:GetRecords"],
  },
  [STREAM]: { sends: ["kinesis:PutRecord", "kinesis:PutRecords"], follows: ["kinesis:GetRecords"] },
  [CONSUMER]: { follows: ["kinesis:SubscribeToShard"] },
  [TOPIC]: { sends: ["sns:Publish"] },
  [QUEUE]: { sends: ["sqs:SendMessage"], follows: ["sqs:ReceiveMessage"] },
  // A search is a POST: only PUT, PATCH and DELETE tell that something is written.
  [DOMAIN]: {
    writes: ["es:ESHttpPut", "es:ESHttpPatch", "es:ESHttpDelete"],
    reads: ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost"],
  },
  [API]: { sends: ["execute-api:ManageConnections"], calls: ["execute-api:Invoke"] },
  [FUNCTION]: { invokes: ["lambda:InvokeFunction"] },
};

/**
 * What a policy document lets its holders do with the resources of the program. Which statement is about which resource
 * is unknown in a preview: every action counts for every resource of its service that the document names, so that
 * nothing is missed. A document about one table, as the components write them, is read exactly.
 */
export const permissionsOf = (
  document: PolicyDocument,
  index: ResourceIndex,
): readonly { readonly to: GraphResource; readonly verb: Verb }[] => {
  const allowed = document.statements.filter(({ effect }) => effect === "Allow");
  const named = new Set(document.names);
  return index.ofType(...Object.keys(MEANINGS)).flatMap((to) => {
    const reaching = named.has(to) ? allowed : allowed.filter((statement) => namesLiterally(statement, to));
    const verbs = Object.entries(MEANINGS[to.type] ?? {}) as [Verb, readonly string[]][];
    return verbs
      .filter(([, actions]) => actions.some((action) => allows(reaching, action)))
      .map(([verb]) => ({ to, verb }));
  });
};

export const allows = (statements: readonly Statement[], action: string): boolean =>
  statements.some(
    ({ effect, actions }) =>
      effect === "Allow" && actions.some((pattern) => pattern === "*" || covers(pattern, action)),
  );

/** Service and resource type of an ARN, for what can be written down without Pulumi knowing. */
const ARN_PARTS: Readonly<Record<string, readonly [service: string, prefix: string]>> = {
  [TABLE]: ["dynamodb", "table/"],
  [STREAM]: ["kinesis", "stream/"],
  [TOPIC]: ["sns", ""],
  [QUEUE]: ["sqs", ""],
  [DOMAIN]: ["es", "domain/"],
  [FUNCTION]: ["lambda", "function:"],
};

/** Whether an ARN written as text is, or covers, the resource: by its own name, or by the one Pulumi would make of it. */
const namesLiterally = (statement: Statement, { type, name, props }: GraphResource): boolean => {
  const [service, prefix] = ARN_PARTS[type] ?? [];
  if (service === undefined || prefix === undefined) return false;
  const given = known(() => props["name"] ?? props["domainName"]);
  return statement.resources.some((resource) => {
    const [, , of = "", , , ...rest] = resource.split(":");
    const path = rest.join(":");
    if (!covers(of, service) || !(path.startsWith(prefix) || path === "*")) return false;
    const pattern = (path === "*" ? "*" : path.slice(prefix.length).split("/")[0]) ?? "";
    if (given !== UNKNOWN && typeof given === "string") return covers(pattern, given);
    return covers(pattern, `${name}-0000000`) || (pattern.startsWith(`${name}-`) && pattern.length === name.length + 8);
  });
};
