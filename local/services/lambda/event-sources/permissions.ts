import { type AccessDecision, type AccessRequest, AwsError } from "../../contract.ts";
import { kinesisStreamArn } from "./kinesis-stream.ts";

export type Authorize = (access: AccessRequest) => AccessDecision;

/**
 * Checks that a function's role may read an event source and write to the on-failure destination. Throws
 * `InvalidParameterValueException` in the words of CreateEventSourceMapping.
 */
export const assertMayRead = (eventSourceArn: string, onFailureArn: string | undefined, may: Authorize): void => {
  const service = eventSourceArn.split(":")[2];
  if (service === "sqs") {
    for (const action of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]) {
      assertMay(may, `sqs:${action}`, eventSourceArn, missingCall(action, "SQS"));
    }
  } else if (service === "dynamodb") {
    const actions = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"];
    assertAll(may, "dynamodb", actions, eventSourceArn);
  } else {
    assertKinesis(may, eventSourceArn);
  }
  if (onFailureArn === undefined) return;
  const [action, name] = onFailureArn.split(":")[2] === "sns" ? ["Publish", "SNS"] : ["SendMessage", "SQS"];
  assertMay(may, `${name.toLowerCase()}:${action}`, onFailureArn, missingCall(action, name));
};

const assertKinesis = (may: Authorize, eventSourceArn: string): void => {
  const streamArn = kinesisStreamArn(eventSourceArn);
  if (streamArn === eventSourceArn) {
    assertAll(may, "kinesis", ["GetRecords", "GetShardIterator", "DescribeStream", "ListShards"], streamArn);
  } else {
    assertAll(may, "kinesis", ["DescribeStreamSummary", "ListShards"], streamArn);
    assertAll(may, "kinesis", ["SubscribeToShard"], eventSourceArn);
  }
};

const assertAll = (may: Authorize, service: string, actions: readonly string[], resource: string): void => {
  const listed =
    actions.length > 1 ? `${actions.slice(0, -1).join(", ")}, and ${actions.at(-1)} Actions` : `${actions[0]} Action`;
  for (const action of actions) {
    const message = `Cannot access stream ${resource}. Please ensure the role can perform the ${listed} on your stream in IAM.`;
    assertMay(may, `${service}:${action}`, resource, message);
  }
};

const missingCall = (action: string, service: string): string =>
  `The provided execution role does not have permissions to call ${action} on ${service}`;

const assertMay = (may: Authorize, action: string, resource: string, message: string): void => {
  const decision = may({ action, resource });
  if (!decision.allowed) {
    throw new AwsError("InvalidParameterValueException", `${message} (${decision.reason})`);
  }
};
