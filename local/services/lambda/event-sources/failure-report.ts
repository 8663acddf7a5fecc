import type { InvocationResult } from "../../contract.ts";
import type { GiveUpReason } from "./batch-delivery.ts";
import type { Stream, StreamRecord } from "./stream.ts";

export interface FailureReportInput {
  readonly functionArn: string;
  readonly reason: GiveUpReason;
  readonly invocations: number;
  readonly last: InvocationResult | undefined;
  readonly now: number;
  readonly stream: Stream;
  readonly shardId: string;
  readonly batch: readonly StreamRecord[];
}

/**
 * What an on-failure destination receives for a discarded batch: where its records are, not the records themselves.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export const failureReport = (input: FailureReportInput): Record<string, unknown> => {
  const { batch, last, stream } = input;
  const first = batch[0];
  const final = batch.at(-1);
  const time = (milliseconds: number | undefined): string => new Date(milliseconds ?? 0).toISOString();
  return {
    requestContext: {
      requestId: last?.requestId ?? "",
      functionArn: input.functionArn,
      condition: input.reason,
      approximateInvokeCount: input.invocations,
    },
    ...(last === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: "$LATEST",
            functionError: last.functionError ?? null,
          },
        }),
    version: "1.0",
    timestamp: time(input.now),
    [stream.batchInfoKey]: {
      shardId: input.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: final?.sequenceNumber,
      approximateArrivalOfFirstRecord: time(first?.arrivedAt),
      approximateArrivalOfLastRecord: time(final?.arrivedAt),
      batchSize: batch.length,
      streamArn: stream.streamArn,
    },
  };
};
