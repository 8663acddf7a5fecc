import { AwsError, type MessagingService, type WireRequest, type WireResponse } from "../contract.ts";
import { loadFauxqs } from "./fauxqs-parts.ts";
import { sdkCalls, sqsCalls } from "./in-process-calls.ts";
import { openPersistence } from "./persistence.ts";
import { checkRequest, deliveryGate, type MessagingIam, type RefusedDelivery, syncPolicies } from "./policies.ts";
import { createQueueStore } from "./queue-store.ts";
import { readMessagingRequest } from "./wire.ts";

export type { RefusedDelivery } from "./policies.ts";

export interface MessagingOptions {
  /** Folder of the SQLite file; it is created where it does not exist. */
  readonly dataDir: string;
  readonly region: string;
  /** Judges deliveries of topics to queues, and keeps the policies of queues and topics. Without it all may deliver. */
  readonly iam?: MessagingIam;
  /** A topic was not allowed to send to a queue by the queue's policy; the message was not delivered there. */
  readonly onRefusedDelivery?: (refusal: RefusedDelivery) => void;
}

const topicArnIn = (xml: string): string | undefined => /<TopicArn>([^<]+)<\/TopicArn>/.exec(xml)?.[1];

/** Headers of the hop, not of the request. */
const HOP_HEADERS = new Set(["host", "connection", "expect", "transfer-encoding", "keep-alive"]);

const innerHeaders = (headers: WireRequest["headers"]): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.has(name))),
  host: "localhost",
});

/**
 * SQS, SNS and S3: fauxqs in process, without a socket, its state written through to SQLite before each answer.
 * `forward` and `call` throw an `AwsError` for what the local cloud itself refuses. Not simulated: message retention,
 * subscriptions other than SQS, dead-letter queues of subscriptions, message encryption, events of buckets.
 */
export const openMessaging = async (options: MessagingOptions): Promise<MessagingService> => {
  const { dataDir, region, iam } = options;
  const parts = await loadFauxqs();
  const persistence = openPersistence(parts, dataDir);

  const listeners = new Set<(queueArn: string) => void>();
  const announce = (queueArn: string): void => {
    queueMicrotask(() => {
      for (const listener of listeners) listener(queueArn);
    });
  };
  const queues = createQueueStore({
    parts,
    persistence,
    region,
    onVisible: announce,
    mayDeliver: deliveryGate(iam, options.onRefusedDelivery ?? (() => undefined)),
  });
  const stores = { sqsStore: queues.store, snsStore: new parts.SnsStore(), s3Store: new parts.S3Store() };
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  for (const store of Object.values(stores)) store.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  queues.watchLoaded();

  const app = parts.buildApp({ logger: false, host: "amazonaws.com", defaultRegion: region, stores });
  await app.ready();

  const inject = async ({ method, path, headers, body }: WireRequest): Promise<WireResponse> => {
    const response = await app.inject({
      method: method as "GET",
      url: path,
      headers: innerHeaders(headers),
      payload: Buffer.from(body),
    });
    const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    return { statusCode: response.statusCode, headers: Object.fromEntries(received), body: response.rawPayload };
  };

  const send = async (wire: WireRequest): Promise<WireResponse> => {
    const request = readMessagingRequest(wire);
    if (request.service === "s3") return inject(wire);
    checkRequest(request, stores.sqsStore, region);
    if (request.service === "sns" && request.action.startsWith("Publish"))
      return queues.publishing(request.input.get("TopicArn") ?? "", () => inject(wire));
    const arnBefore = request.service === "sqs" ? queueArnOf(request.input) : undefined;
    const response = await inject(wire);
    if (iam !== undefined && response.statusCode < 400)
      syncPolicies(request, iam, arnBefore ?? (request.service === "sqs" ? queueArnOf(request.input) : undefined), () =>
        topicArnIn(Buffer.from(response.body).toString()),
      );
    return response;
  };

  const queueArnOf = (input: Record<string, unknown>): string | undefined => {
    const { QueueUrl, QueueName } = input;
    if (typeof QueueUrl === "string") return stores.sqsStore.getQueue(QueueUrl)?.arn;
    return typeof QueueName === "string" ? stores.sqsStore.getQueueByName(QueueName)?.arn : undefined;
  };

  const calls = {
    sqs: sqsCalls(send),
    sns: sdkCalls(send, "SNSClient", () => import("@aws-sdk/client-sns"), region),
    s3: sdkCalls(send, "S3Client", () => import("@aws-sdk/client-s3"), region),
  };
  let closed = false;
  const open = <T>(use: () => Promise<T>): Promise<T> =>
    closed ? Promise.reject(new AwsError("ServiceUnavailable", "The messaging service is closed.", 503)) : use();

  return {
    forward: (request) => open(() => send(request)),
    call: (service, action, input) => open(() => calls[service](action, input)),
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      queues.close();
      await app.close();
      persistence.close();
    },
  };
};
