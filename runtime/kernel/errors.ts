/** What kind of failure a code is; decides the HTTP class at the edge and what a consumer does with the record. */
export type ErrorFamily = "domain" | "conflict" | "contract" | "infrastructure" | "configuration";

export interface ErrorDefinition {
  readonly family: ErrorFamily;
  /** True when the same request may succeed if it is sent again unchanged. */
  readonly retryable: boolean;
  /** One sentence for people: what it means and what to do. */
  readonly meaning: string;
}

/** Every code the framework raises. A service adds its own domain codes through {@link DomainError}. */
export const ERRORS = {
  NEXUS_COMMAND_INVALID: {
    family: "domain",
    retryable: false,
    meaning: "The command does not match its schema. Correct the fields named in `errors` and send it again.",
  },
  NEXUS_COMMAND_UNKNOWN: {
    family: "domain",
    retryable: false,
    meaning: "The service has no command of this type. Use one of the types listed in `known`.",
  },
  NEXUS_COMMAND_NOT_TRIED: {
    family: "conflict",
    retryable: true,
    meaning:
      "An earlier command of the batch on the same aggregate failed and may yet succeed. Send both again, in this order.",
  },
  NEXUS_REQUEST_INVALID: {
    family: "domain",
    retryable: false,
    meaning: "The request is malformed: a header, the path, the query string or the JSON body. The detail names it.",
  },
  NEXUS_RESOURCE_UNKNOWN: {
    family: "domain",
    retryable: false,
    meaning: "The service has no projection of this name. Use one of those listed in `known`.",
  },
  NEXUS_REQUEST_TOO_LARGE: {
    family: "domain",
    retryable: false,
    meaning: "The request body is over the limit. Split the command.",
  },
  NEXUS_COMMIT_TOO_LARGE: {
    family: "domain",
    retryable: false,
    meaning: "The events of one command exceed 350 KB when stored. Split the command.",
  },
  NEXUS_IDEMPOTENCY_KEY_REUSED: {
    family: "domain",
    retryable: false,
    meaning:
      "This Idempotency-Key was used on the same aggregate with another command. Use a new key for a new command; on another aggregate the key is free.",
  },
  NEXUS_AGGREGATE_MISMATCH: {
    family: "domain",
    retryable: false,
    meaning: "The id belongs to an aggregate of another kind. Ids are unique across the aggregates of a service.",
  },
  NEXUS_AGGREGATE_UNKNOWN: {
    family: "domain",
    retryable: false,
    meaning: "The aggregate has no event at or before the instant asked for. Check its id and `asOf`.",
  },
  NEXUS_CONTINUATION_EXPIRED: {
    family: "domain",
    retryable: false,
    meaning:
      "No partial answer goes on under this continuation: it is over a day old, of another question, or from before the aggregate's code changed. Ask anew without it.",
  },
  NEXUS_ANSWER_TOO_LARGE: {
    family: "domain",
    retryable: false,
    meaning: "The answer is over the 6 MB that a function may return. Read the log itself: `nexus history`.",
  },
  NEXUS_POLICY_VIOLATION: {
    family: "domain",
    retryable: false,
    meaning: "A policy of the service refuses the request to this caller. `rule` names it.",
  },
  NEXUS_RATE_LIMITED: {
    family: "domain",
    retryable: true,
    meaning: "The caller has used up its quota of this operation. Ask again after the seconds in `Retry-After`.",
  },
  NEXUS_VERSION_CONFLICT: {
    family: "conflict",
    retryable: false,
    meaning: "The aggregate is not at the expected version. Read it again and decide anew.",
  },
  NEXUS_AGGREGATE_BUSY: {
    family: "conflict",
    retryable: true,
    meaning: "Other commands on the aggregate were faster, four times in a row. Nothing was stored; send it again.",
  },
  NEXUS_EVENT_UNREGISTERED: {
    family: "contract",
    retryable: false,
    meaning: "No schema is registered for this event type and version. Add schemas/<aggregate>/<Event>.v<n>.json.",
  },
  NEXUS_EVENT_INVALID: {
    family: "contract",
    retryable: false,
    meaning: "The event does not match its registered schema, or JSON cannot carry it; it was not stored.",
  },
  NEXUS_EVENT_UNDECODABLE: {
    family: "contract",
    retryable: false,
    meaning: "A record does not hold an event of this service. It goes to the failure destination.",
  },
  NEXUS_SCHEMA_INVALID: {
    family: "contract",
    retryable: false,
    meaning: "A document is not a JSON Schema: the detail names the place in it. Correct the schema.",
  },
  NEXUS_SCHEMA_INCOMPATIBLE: {
    family: "contract",
    retryable: false,
    meaning: "A version of a schema breaks those who read an earlier one. `changes` names each rule and place.",
  },
  NEXUS_SCHEMA_REJECTED: {
    family: "contract",
    retryable: false,
    meaning: "The registry took a schema and then failed it, or did not settle it in time. Nothing is validated by it.",
  },
  NEXUS_SCHEMA_DRIFT: {
    family: "contract",
    retryable: false,
    meaning: "This code carries another schema than the one registered; its events are refused. Deploy both together.",
  },
  NEXUS_UPCAST_FAILED: {
    family: "contract",
    retryable: false,
    meaning: "No chain of upcasters leads from the stored version of the event to the current one.",
  },
  NEXUS_AGGREGATE_FAILED: {
    family: "contract",
    retryable: false,
    meaning:
      "`decide` or `evolve` of the aggregate failed, which is no refusal, and nothing was stored. Mend it: what they are given is frozen, and a read-only property means that they tried to change it.",
  },
  NEXUS_LOG_CORRUPT: {
    family: "contract",
    retryable: false,
    meaning: "The log of an aggregate has a gap or an item that cannot be read. Nothing was written; restore the item.",
  },
  NEXUS_DOCUMENT_INVALID: {
    family: "contract",
    retryable: false,
    meaning: "A projection made a document that does not fit the fields it declares. Correct its transform.",
  },
  NEXUS_READ_MODEL_BEHIND: {
    family: "infrastructure",
    retryable: true,
    meaning: "The read model has not reached the asked-for version yet. Ask again.",
  },
  NEXUS_EVENT_STORE_UNAVAILABLE: {
    family: "infrastructure",
    retryable: true,
    meaning: "The event store did not answer or throttled. Nothing was half written; send the same command again.",
  },
  NEXUS_READ_MODEL_UNAVAILABLE: {
    family: "infrastructure",
    retryable: true,
    meaning: "The read model did not answer. Ask again.",
  },
  NEXUS_SCHEMA_REGISTRY_UNAVAILABLE: {
    family: "infrastructure",
    retryable: true,
    meaning: "The schema registry did not answer, and nothing is stored unchecked. Send the same request again.",
  },
  NEXUS_RATE_LIMITS_UNAVAILABLE: {
    family: "infrastructure",
    retryable: true,
    meaning: "The table of rate limits did not answer, and nothing that is limited passes uncounted. Ask again.",
  },
  NEXUS_BUS_UNAVAILABLE: {
    family: "infrastructure",
    retryable: true,
    meaning: "Kinesis, SNS, SQS or the WebSocket API did not accept the message. The record is tried again.",
  },
  NEXUS_CONNECTIONS_UNAVAILABLE: {
    family: "infrastructure",
    retryable: true,
    meaning: "The table of WebSocket connections did not answer or throttled. Send the message again.",
  },
  NEXUS_CONTINUATIONS_UNAVAILABLE: {
    family: "infrastructure",
    retryable: true,
    meaning: "The table of partial answers did not answer or throttled. Ask again.",
  },
  NEXUS_ACCESS_DENIED: {
    family: "infrastructure",
    retryable: false,
    meaning: "The role of the function does not grant the call. Declare the permission in the component.",
  },
  NEXUS_INTERNAL: {
    family: "infrastructure",
    retryable: true,
    meaning: "An unexpected failure. The detail is in the log, under the correlation id.",
  },
  NEXUS_CONFIGURATION_INVALID: {
    family: "configuration",
    retryable: false,
    meaning:
      "An environment variable, stack config key or service definition is missing or wrong; the detail names it.",
  },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

export interface NexusErrorOptions {
  /** Facts that help to mend it: ids, versions, limits. Never values of fields marked `x-pii`. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The root of every error the framework raises. Test `code`, not the class. */
export class NexusError extends Error {
  readonly code: string;
  readonly family: ErrorFamily;
  readonly retryable: boolean;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: string, family: ErrorFamily, retryable: boolean, message: string, options: NexusErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "NexusError";
    this.code = code;
    this.family = family;
    this.retryable = retryable;
    this.context = options.context ?? {};
  }
}

/** Makes the error of a code in {@link ERRORS}. */
export const nexusError = (code: ErrorCode, message: string, options?: NexusErrorOptions): NexusError =>
  new NexusError(code, ERRORS[code].family, ERRORS[code].retryable, message, options);

/**
 * A business rule said no. Thrown by `decide`; answered with 4xx and the code; never retried.
 * @example throw new DomainError("ORDER_ALREADY_CANCELLED", "order-1 was cancelled before")
 */
export class DomainError extends NexusError {
  constructor(code: string, message: string, options?: NexusErrorOptions) {
    super(code, "domain", false, message, options);
    this.name = "DomainError";
  }
}

/** By shape, not by class: an error may come from another copy of this module (a bundle, a linked package). */
export const isNexusError = (error: unknown): error is NexusError =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  "family" in error &&
  "retryable" in error;

export const hasCode = (error: unknown, code: ErrorCode): error is NexusError =>
  isNexusError(error) && error.code === code;

export const hasFamily = (error: unknown, family: ErrorFamily): error is NexusError =>
  isNexusError(error) && error.family === family;
