import type { EventSourceMappingConfig, FunctionConfig, InvocationResult, MessagingService } from "../../contract.ts";
import type { LambdaLimits } from "../options.ts";
import type { Checkpoints } from "./checkpoints.ts";

/** A mapping at work. */
export interface EventSource {
  start(): void;
  /** Reads nothing more, and waits until no batch of it is in progress. */
  stop(): Promise<void>;
  /** Looks once more: whether nothing was found and nothing is in progress. */
  caughtUp(): Promise<boolean>;
}

/** What a mapping needs of the Lambda service around it. */
export interface SourceContext {
  readonly config: EventSourceMappingConfig;
  readonly target: () => FunctionConfig;
  /** Runs the function with a batch, given as JSON. Throws an AwsError when it is throttled or gone. */
  readonly invoke: (payload: string) => Promise<InvocationResult>;
  readonly messaging: MessagingService;
  readonly checkpoints: Checkpoints;
  readonly limits: LambdaLimits;
  readonly clock: () => number;
  /** Writes a line about the mapping into the function's log. */
  readonly report: (message: string) => void;
}

/** The event of a batch, from its records' JSON. */
export const batchPayload = (records: readonly { readonly json: string }[]): string =>
  `{"Records":[${records.map((record) => record.json).join(",")}]}`;
