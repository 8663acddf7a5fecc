import type { NexusPolicy } from "./define.ts";
import { requireIam } from "./policies/apigateway/require-iam.ts";
import { nameOwner } from "./policies/aws/name-owner.ts";
import { encryptTable } from "./policies/dynamodb/encrypt-table.ts";
import { expireSnapshots } from "./policies/dynamodb/expire-snapshots.ts";
import { protectEvents } from "./policies/dynamodb/protect-events.ts";
import { watchChanges } from "./policies/dynamodb/watch-changes.ts";
import { registerEvents } from "./policies/glue/register-events.ts";
import { denyEventChanges } from "./policies/iam/deny-event-changes.ts";
import { forbidWildcards } from "./policies/iam/forbid-wildcards.ts";
import { keepSnapshots } from "./policies/iam/keep-snapshots.ts";
import { limitWriters } from "./policies/iam/limit-writers.ts";
import { encryptStream } from "./policies/kinesis/encrypt-stream.ts";
import { ownKey } from "./policies/kms/own-key.ts";
import { rotateKey } from "./policies/kms/rotate-key.ts";
import { boundRetries } from "./policies/lambda/bound-retries.ts";
import { decoupleSides } from "./policies/lambda/decouple-sides.ts";
import { guardBus } from "./policies/lambda/guard-bus.ts";
import { keepFailures } from "./policies/lambda/keep-failures.ts";
import { limitTemporal } from "./policies/lambda/limit-temporal.ts";
import { readWholeStream } from "./policies/lambda/read-whole-stream.ts";
import { reportFailedItems } from "./policies/lambda/report-failed-items.ts";
import { traceCalls } from "./policies/lambda/trace-calls.ts";
import { validateEvents } from "./policies/lambda/validate-events.ts";
import { limitRetention } from "./policies/logs/limit-retention.ts";
import { encryptDomain } from "./policies/opensearch/encrypt-domain.ts";
import { forbidPublicAccess } from "./policies/opensearch/forbid-public-access.ts";
import { requireVpc } from "./policies/opensearch/require-vpc.ts";
import { encryptTopic } from "./policies/sns/encrypt-topic.ts";
import { requireTopicTls } from "./policies/sns/require-tls.ts";
import { alarmFailures } from "./policies/sqs/alarm-failures.ts";
import { encryptQueue } from "./policies/sqs/encrypt-queue.ts";
import { outlastFunction } from "./policies/sqs/outlast-function.ts";
import { redriveFailures } from "./policies/sqs/redrive-failures.ts";
import { requireQueueTls } from "./policies/sqs/require-tls.ts";
import { restrictRedrive } from "./policies/sqs/restrict-redrive.ts";

export type { NexusPolicy } from "./define.ts";
export { applyWaivers, readWaivers, type Waiver } from "./waivers.ts";

/** Every policy of the pack. Importing this starts nothing; `pack.ts` serves them. */
export const policies: readonly NexusPolicy[] = [
  requireIam,
  nameOwner,
  encryptTable,
  expireSnapshots,
  protectEvents,
  watchChanges,
  registerEvents,
  denyEventChanges,
  forbidWildcards,
  keepSnapshots,
  limitWriters,
  encryptStream,
  ownKey,
  rotateKey,
  boundRetries,
  decoupleSides,
  guardBus,
  keepFailures,
  limitTemporal,
  readWholeStream,
  reportFailedItems,
  traceCalls,
  validateEvents,
  limitRetention,
  encryptDomain,
  forbidPublicAccess,
  requireVpc,
  encryptTopic,
  requireTopicTls,
  alarmFailures,
  encryptQueue,
  outlastFunction,
  redriveFailures,
  requireQueueTls,
  restrictRedrive,
];

export {
  alarmFailures,
  boundRetries,
  decoupleSides,
  denyEventChanges,
  encryptDomain,
  encryptQueue,
  encryptStream,
  encryptTable,
  encryptTopic,
  expireSnapshots,
  forbidPublicAccess,
  forbidWildcards,
  guardBus,
  keepFailures,
  keepSnapshots,
  limitRetention,
  limitTemporal,
  limitWriters,
  nameOwner,
  outlastFunction,
  ownKey,
  protectEvents,
  readWholeStream,
  redriveFailures,
  registerEvents,
  reportFailedItems,
  requireIam,
  requireQueueTls,
  requireTopicTls,
  requireVpc,
  restrictRedrive,
  rotateKey,
  traceCalls,
  validateEvents,
  watchChanges,
};
