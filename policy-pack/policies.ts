import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { requireIam } from "./policies/apigateway/require-iam.ts";
import { encryptTable } from "./policies/dynamodb/encrypt-table.ts";
import { protectEvents } from "./policies/dynamodb/protect-events.ts";
import { denyEventChanges } from "./policies/iam/deny-event-changes.ts";
import { forbidWildcards } from "./policies/iam/forbid-wildcards.ts";
import { encryptStream } from "./policies/kinesis/encrypt-stream.ts";
import { rotateKey } from "./policies/kms/rotate-key.ts";
import { boundRetries } from "./policies/lambda/bound-retries.ts";
import { readWholeStream } from "./policies/lambda/read-whole-stream.ts";
import { reportFailedItems } from "./policies/lambda/report-failed-items.ts";
import { traceCalls } from "./policies/lambda/trace-calls.ts";
import { limitRetention } from "./policies/logs/limit-retention.ts";
import { encryptDomain } from "./policies/opensearch/encrypt-domain.ts";
import { forbidPublicAccess } from "./policies/opensearch/forbid-public-access.ts";
import { encryptTopic } from "./policies/sns/encrypt-topic.ts";
import { encryptQueue } from "./policies/sqs/encrypt-queue.ts";

/** Every policy of the pack. Importing this starts nothing; `pack.ts` serves them. */
export const policies: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  requireIam,
  encryptTable,
  protectEvents,
  denyEventChanges,
  forbidWildcards,
  encryptStream,
  rotateKey,
  boundRetries,
  readWholeStream,
  reportFailedItems,
  traceCalls,
  limitRetention,
  encryptDomain,
  forbidPublicAccess,
  encryptTopic,
  encryptQueue,
];
