import type { AccessRequest, JsonService } from "../services/contract.ts";

export type FrontService = "dynamodb" | "kinesis" | "glue" | "sqs" | "sns" | "s3" | "lambda" | "sts";

/** How a service's requests and errors are written; each SDK client speaks the one of its service. */
export type Protocol = "json-1.0" | "json-1.1" | "query" | "rest-xml" | "rest-json";

/** A request of the wire, understood. */
export interface Call {
  readonly service: FrontService;
  readonly protocol: Protocol;
  /** The SDK's operation name, such as `PutItem`. */
  readonly action: string;
  /** The parameters; of S3 and Lambda those in path and query string. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The stream whose iterator a GetRecords carries. */
  readonly streamArn?: string;
}

/** What the tables of actions may ask to find the resource of a call. */
export interface AccessEnvironment {
  readonly region: string;
  readonly dynamodb: JsonService;
  readonly kinesis: JsonService;
  readonly glue: JsonService;
}

/** The permissions that a call needs, all of them; none for a call that everybody may make. `undefined`: no such action. */
export type AccessTable = (
  call: Pick<Call, "action" | "input" | "streamArn">,
  environment: AccessEnvironment,
) => readonly AccessRequest[] | undefined | Promise<readonly AccessRequest[] | undefined>;
