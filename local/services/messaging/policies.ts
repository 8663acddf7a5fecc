import { ACCOUNT_ID, AwsError, type IamService } from "../contract.ts";
import type { SqsStore } from "./fauxqs-parts.ts";
import { type MessagingRequest, queryMap } from "./wire.ts";

export type MessagingIam = Pick<IamService, "evaluateService" | "putResourcePolicy">;

export interface RefusedDelivery {
  readonly topicArn: string;
  readonly queueArn: string;
  readonly reason: string;
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const invalid = (parameter: string, value: unknown, reason: string): AwsError =>
  new AwsError(
    "InvalidParameterValue",
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );

const parseParameter = (parameter: string, value: unknown): Record<string, unknown> => {
  try {
    return asObject(JSON.parse(String(value)));
  } catch {
    throw invalid(parameter, value, "It is not JSON.");
  }
};

/** AWS refuses a dead-letter queue that is not there, and one whose redrive-allow policy excludes the source. */
const checkRedrive = (store: SqsStore, sourceArn: string, redrivePolicy: unknown): void => {
  if (redrivePolicy === undefined || redrivePolicy === "") return;
  const { deadLetterTargetArn, maxReceiveCount } = parseParameter("RedrivePolicy", redrivePolicy);
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000)
    throw invalid("RedrivePolicy", redrivePolicy, "Invalid value for maxReceiveCount: it is between 1 and 1000.");
  const target = store.getQueueByArn(String(deadLetterTargetArn));
  if (target === undefined) throw invalid("RedrivePolicy", redrivePolicy, "Dead letter target does not exist.");
  const allowPolicy = target.attributes["RedriveAllowPolicy"];
  if (allowPolicy === undefined || allowPolicy === "") return;
  const { redrivePermission, sourceQueueArns } = parseParameter("RedriveAllowPolicy", allowPolicy);
  const named = Array.isArray(sourceQueueArns) && sourceQueueArns.includes(sourceArn);
  if (redrivePermission === "denyAll" || (redrivePermission === "byQueue" && !named))
    throw invalid(
      "RedrivePolicy",
      redrivePolicy,
      `The RedriveAllowPolicy of ${target.name} does not allow ${sourceArn}.`,
    );
};

/** What the local cloud refuses before fauxqs would accept it. */
export const checkRequest = (request: MessagingRequest, store: SqsStore, region: string): void => {
  if (request.service === "sqs") {
    const { RedrivePolicy } = asObject(request.input["Attributes"]);
    const source =
      request.action === "CreateQueue"
        ? `arn:aws:sqs:${region}:${ACCOUNT_ID}:${String(request.input["QueueName"])}`
        : store.getQueue(String(request.input["QueueUrl"] ?? ""))?.arn;
    if (source !== undefined) checkRedrive(store, source, RedrivePolicy);
  } else if (request.service === "sns" && request.action === "Subscribe") {
    const protocol = request.input.get("Protocol");
    if (protocol !== null && protocol !== "sqs")
      throw new AwsError(
        "InvalidParameter",
        `Subscriptions by ${protocol} are not simulated by the local cloud; use sqs.`,
      );
  }
};

/** Tells IAM of the policies of queues and topics that an accepted request has set or taken away. */
export const syncPolicies = (
  request: MessagingRequest,
  iam: MessagingIam,
  queueArn: string | undefined,
  createdTopicArn: () => string | undefined,
): void => {
  const put = (arn: string | null | undefined, policy: unknown): void => {
    if (arn && policy !== undefined)
      iam.putResourcePolicy(arn, typeof policy === "string" && policy !== "" ? policy : undefined);
  };
  if (request.service === "sqs") {
    if (request.action === "DeleteQueue") put(queueArn, "");
    else put(queueArn, asObject(request.input["Attributes"])["Policy"]);
  } else if (request.service === "sns") {
    const { action, input } = request;
    if (action === "DeleteTopic") put(input.get("TopicArn"), "");
    if (action === "CreateTopic") put(createdTopicArn(), queryMap(input, "Attributes")["Policy"]);
    if (action === "SetTopicAttributes" && input.get("AttributeName") === "Policy")
      put(input.get("TopicArn"), input.get("AttributeValue") ?? "");
  }
};

/** SNS may send to a queue only by the policy of the queue. A refusal is told once until the answer changes. */
export const deliveryGate = (
  iam: MessagingIam | undefined,
  onRefused: (refusal: RefusedDelivery) => void,
): ((queueArn: string, topicArn: string) => boolean) => {
  const told = new Set<string>();
  return (queueArn, topicArn) => {
    if (iam === undefined) return true;
    const { allowed, reason } = iam.evaluateService("sns.amazonaws.com", {
      action: "sqs:SendMessage",
      resource: queueArn,
      context: { "aws:SourceArn": topicArn, "aws:SourceAccount": ACCOUNT_ID, "aws:SecureTransport": "true" },
    });
    const key = `${topicArn} ${queueArn}`;
    if (allowed) told.delete(key);
    else if (!told.has(key)) {
      told.add(key);
      onRefused({ topicArn, queueArn, reason });
    }
    return allowed;
  };
};
