import { type ErrorCode, isNexusError, type NexusError, nexusError } from "../../kernel/errors.ts";

/** Names that the services give the same refusal. */
const DENIED = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "AuthorizationErrorException",
  "ForbiddenException",
  "KMSAccessDeniedException",
  "KmsAccessDenied",
]);

/** Client errors that go away by themselves. */
const PASSING = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestTimeout",
  "RequestTimeoutException",
  "ThrottlingException",
  "Throttling",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);

const property = (error: unknown, name: string): unknown =>
  error !== null && typeof error === "object" ? Reflect.get(error, name) : undefined;

/** Whether the service may have acted although the call failed: no answer, or one that blames the service. */
export const isAmbiguous = (error: unknown): boolean => property(error, "$fault") !== "client";

/** Whether the same call may succeed if it comes again. An error of ours is no answer of a service. */
export const isPassing = (error: unknown): boolean =>
  !isNexusError(error) && (isAmbiguous(error) || PASSING.has(String(property(error, "name"))));

/**
 * An SDK exception as an error of ours: `NEXUS_ACCESS_DENIED`, `unavailable` for what may pass, `NEXUS_INTERNAL` for a
 * request the service calls wrong. `what` completes "could not ...". An error that is ours already stays as it is.
 */
export const translateAwsError = (error: unknown, unavailable: ErrorCode, what: string): NexusError => {
  if (isNexusError(error)) return error;
  const name = String(property(error, "name") ?? "unknown");
  const message = String(property(error, "message") ?? error);
  const options = { cause: error, context: { error: name } };
  if (DENIED.has(name)) return nexusError("NEXUS_ACCESS_DENIED", `could not ${what}: ${message}`, options);
  const code = isPassing(error) ? unavailable : "NEXUS_INTERNAL";
  return nexusError(code, `could not ${what}: ${name}: ${message}`, options);
};
