import { AwsError } from "../services/contract.ts";
import type { Call } from "./call.ts";

/*
 * GetRecords names no stream, only an iterator, yet its permission is that of the stream. So the iterators that leave
 * the front carry the stream's ARN before the engine's own token, as those of AWS's DynamoDB Streams do.
 */

const isReader = ({ service, action }: Call, name: string): boolean =>
  (service === "dynamodb" || service === "kinesis") && action === name;

/** The call as its engine knows it, and the stream that the iterator belongs to. */
export const unwrapIterator = (call: Call): Call => {
  if (!isReader(call, "GetRecords")) return call;
  const [, streamArn = "", token] = /^([^|]*)\|(.*)$/s.exec(String(call.input["ShardIterator"] ?? "")) ?? [];
  if (token === undefined || !streamArn.startsWith(`arn:aws:${call.service}:`))
    throw new AwsError(
      call.service === "kinesis" ? "InvalidArgumentException" : "ValidationException",
      "Invalid ShardIterator.",
    );
  return { ...call, input: { ...call.input, ShardIterator: token }, streamArn };
};

/** `streamArn` is the resource of the call's permission. */
export const wrapIterator = (
  call: Call,
  output: Readonly<Record<string, unknown>>,
  streamArn: string | undefined,
): Readonly<Record<string, unknown>> => {
  const member = isReader(call, "GetShardIterator")
    ? "ShardIterator"
    : isReader(call, "GetRecords")
      ? "NextShardIterator"
      : undefined;
  if (member === undefined || streamArn === undefined || typeof output[member] !== "string") return output;
  return { ...output, [member]: `${streamArn}|${output[member]}` };
};
