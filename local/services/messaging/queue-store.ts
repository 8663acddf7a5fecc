import { AsyncLocalStorage } from "node:async_hooks";
import { ACCOUNT_ID } from "../contract.ts";
import type { FauxqsParts, Persistence, SqsQueue, SqsStore } from "./fauxqs-parts.ts";
import { atomically } from "./persistence.ts";

export interface QueueStoreOptions {
  readonly parts: FauxqsParts;
  readonly persistence: Persistence;
  readonly region: string;
  /** Told after a message was put where a receiver can find it now. */
  readonly onVisible: (queueArn: string) => void;
  /** Whether a topic may deliver to a queue. */
  readonly mayDeliver: (queueArn: string, topicArn: string) => boolean;
}

export interface QueueStore {
  readonly store: SqsStore;
  /** Runs a Publish; what it delivers is then asked of `mayDeliver`. */
  publishing<T>(topicArn: string, run: () => Promise<T>): Promise<T>;
  /** Arms the timers of what was loaded from the data folder, and hears of messages from now on. */
  watchLoaded(): void;
  /** Stops the timers. */
  close(): void;
}

/** A timer cannot be set further ahead than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The queues of fauxqs with what the local cloud needs on top: AWS's form of queue URLs, a call when a message becomes
 * visible (sent, delayed, or back after its visibility ran out), and a move to a dead-letter queue that a killed
 * process cannot leave half done.
 */
export const createQueueStore = (options: QueueStoreOptions): QueueStore => {
  const { parts, persistence, onVisible } = options;
  const topicPublishing = new AsyncLocalStorage<string>();
  const alarms = new Map<SqsQueue, { at: number; timer: NodeJS.Timeout }>();

  const wakeAt = (queue: SqsQueue, at: number): void => {
    const armed = alarms.get(queue);
    if (armed !== undefined && armed.at <= at) return;
    clearTimeout(armed?.timer);
    const delay = Math.min(Math.max(at - Date.now(), 0), LONGEST_TIMER_MS);
    const timer = setTimeout(() => {
      alarms.delete(queue);
      queue.processTimers();
      onVisible(queue.arn);
      wakeForNext(queue);
    }, delay);
    timer.unref();
    alarms.set(queue, { at, timer });
  };

  /** Messages whose time has come stay in these lists until somebody receives; only times to come need an alarm. */
  const wakeForNext = (queue: SqsQueue): void => {
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { visibilityDeadline } of queue.inflightMessages.values())
      if (visibilityDeadline > now) next = Math.min(next, visibilityDeadline);
    for (const { delayUntil } of [...queue.delayedMessages, ...[...queue.fifoDelayed.values()].flat()])
      if (delayUntil !== undefined && delayUntil > now) next = Math.min(next, delayUntil);
    if (next !== Number.POSITIVE_INFINITY) wakeAt(queue, next);
  };

  const watch = (queue: SqsQueue): void => {
    // The alarms end a long poll in time; fauxqs would look every 20 ms for each queue that is polled.
    queue["startPollTimerIfNeeded"] = () => undefined;
    const enqueue = queue.enqueue.bind(queue);
    queue.enqueue = (message) => {
      enqueue(message);
      if (message.delayUntil !== undefined && message.delayUntil > Date.now()) wakeAt(queue, message.delayUntil);
      else onVisible(queue.arn);
    };
    const dequeue = queue.dequeue.bind(queue);
    queue.dequeue = (...request) => {
      let received: ReturnType<typeof dequeue> = [];
      // One transaction: a message that goes to its dead-letter queue is deleted here and inserted there.
      atomically(persistence, () => {
        received = dequeue(...request);
      });
      for (const { ReceiptHandle: handle } of received) {
        const deadline = queue.inflightMessages.get(handle)?.visibilityDeadline;
        if (deadline !== undefined) wakeAt(queue, deadline);
      }
      return received;
    };
    const changeVisibility = queue.changeVisibility.bind(queue);
    queue.changeVisibility = (handle, timeoutSeconds) => {
      changeVisibility(handle, timeoutSeconds);
      if (timeoutSeconds === 0) onVisible(queue.arn);
      else wakeForNext(queue);
    };
  };

  class LocalQueues extends parts.SqsStore {
    override region = options.region;
    watching = false;

    override createQueue(...queue: Parameters<SqsStore["createQueue"]>): SqsQueue {
      const created = super.createQueue(...queue);
      if (this.watching) watch(created);
      return created;
    }

    override buildQueueUrl(name: string, _port: string, _host: string, region: string): string {
      return `https://sqs.${region}.amazonaws.com/${ACCOUNT_ID}/${name}`;
    }

    /** To a topic that may not deliver to it, the queue is not there. */
    override getQueueByArn(arn: string): SqsQueue | undefined {
      const topicArn = topicPublishing.getStore();
      if (topicArn !== undefined && !options.mayDeliver(arn, topicArn)) return undefined;
      return super.getQueueByArn(arn);
    }
  }

  const store = new LocalQueues();
  return {
    store,
    publishing: (topicArn, run) => topicPublishing.run(topicArn, run),
    watchLoaded: () => {
      store.watching = true;
      for (const queue of store.allQueues()) {
        watch(queue);
        wakeForNext(queue);
      }
    },
    close: () => {
      for (const { timer } of alarms.values()) clearTimeout(timer);
      alarms.clear();
    },
  };
};
