import type { WireRequest } from "../contract.ts";

/** What a request asks of SQS or SNS; an action of S3 is in method and path, and none of ours depends on it. */
export type MessagingRequest =
  | { readonly service: "sqs"; readonly action: string; readonly input: Record<string, unknown> }
  | { readonly service: "sns"; readonly action: string; readonly input: URLSearchParams }
  | { readonly service: "s3" };

/** The actions that are looked into before fauxqs gets them; the rest is passed on unread. */
const SQS_ACTIONS_READ = new Set(["CreateQueue", "SetQueueAttributes", "DeleteQueue"]);

const parseObject = (body: Uint8Array): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString());
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {}; // fauxqs answers for what is not JSON
  }
};

export const readMessagingRequest = ({ headers, body }: WireRequest): MessagingRequest => {
  const target = headers["x-amz-target"];
  if (target?.startsWith("AmazonSQS.")) {
    const action = target.slice("AmazonSQS.".length);
    return { service: "sqs", action, input: SQS_ACTIONS_READ.has(action) ? parseObject(body) : {} };
  }
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    const input = new URLSearchParams(Buffer.from(body).toString());
    return { service: "sns", action: input.get("Action") ?? "", input };
  }
  return { service: "s3" };
};

/** A map of the query protocol: `Attributes.entry.1.key=Policy&Attributes.entry.1.value={}`. */
export const queryMap = (input: URLSearchParams, name: string): Record<string, string> => {
  const entries: Record<string, string> = {};
  for (let index = 1; ; index++) {
    const key = input.get(`${name}.entry.${index}.key`);
    if (key === null) return entries;
    entries[key] = input.get(`${name}.entry.${index}.value`) ?? "";
  }
};
