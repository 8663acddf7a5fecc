import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Notification, NotificationQueue } from "../../ports/notifications.ts";
import type { SnapshotQueue, SnapshotRequest } from "../../ports/snapshot-queue.ts";
import { sendAll } from "./sqs-batch.ts";

export class SqsNotificationQueue implements NotificationQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  send(notifications: readonly Notification[]): Promise<readonly (Error | undefined)[]> {
    return sendAll(this.#client, this.#queueUrl, notifications);
  }
}

export class SqsSnapshotQueue implements SnapshotQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async send(request: SnapshotRequest): Promise<void> {
    const [failure] = await sendAll(this.#client, this.#queueUrl, [request]);
    if (failure !== undefined) throw failure;
  }
}
