import { randomBytes } from "node:crypto";
import { type ApiClient, apiClient, type CommandReceipt, describeProblem } from "../../cli/client/api-client.ts";
import { eventually } from "../../cli/client/eventually.ts";
import { subscribe } from "../../cli/client/notifications.ts";
import type { Journey, RecordStage, Shown } from "../../cli/journey.ts";
import { type Evidence, evidence } from "./evidence.ts";
import { inbox, type NotificationInbox } from "./notification-inbox.ts";

/** Covers the cold start of every function on a busy machine; a warm stack needs a fraction of a second a stage. */
const DEADLINE_MS = 20_000;

interface Traveller {
  readonly api: ApiClient;
  readonly aws: Evidence;
  readonly inbox: NotificationInbox;
  readonly record: RecordStage;
  readonly orderId: string;
  readonly customerId: string;
  /** Found in no other order. */
  readonly word: string;
}

/** One order through every interface of a running stack: placed, seen on its way, noted, cancelled; and two refusals. */
export const journey: Journey = async (stack, record) => {
  const run = randomBytes(5).toString("hex");
  const received = inbox();
  const feed = await record("subscribed", performance.now(), async () => ({
    detail: "WebSocket, topic orders",
    value: await subscribe(stack, "orders", received.put),
  }));
  const aws = evidence(stack);
  const names = { orderId: `order-journey-${run}`, customerId: `customer-${run}`, word: `lantern${run}` };
  const traveller: Traveller = { api: apiClient(stack), aws, inbox: received, record, ...names };
  try {
    await place(traveller);
    await addNote(traveller);
    await cancel(traveller);
    await refusals(traveller);
  } finally {
    aws.close();
    await feed.close();
  }
};

const place = async ({ api, aws, inbox, record, orderId, customerId, word }: Traveller): Promise<void> => {
  const since = new Date();
  const sentAt = performance.now();
  const receipt = await record("placed", sentAt, () =>
    accepted(api, "PlaceOrder", orderId, {
      customerId,
      country: "United Kingdom",
      currency: "GBP",
      lines: [
        { sku: "71053", description: `White metal ${word}`, quantity: 6, unitPriceMinor: 339 },
        { sku: "84406B", description: "Cream cupid hearts coat hanger", quantity: 8, unitPriceMinor: 275 },
      ],
    }),
  );
  const eventId = `${orderId}/${receipt.version}`;
  await all([
    record("stored", sentAt, async () => {
      const commandId = await aws.storedCommandId(orderId);
      if (commandId !== receipt.commandId)
        throw new Error(`the events table holds ${commandId ?? "nothing"} for ${orderId}`);
      return shown(`events table holds command ${commandId}`);
    }),
    record("routed over Kinesis", sentAt, async () =>
      shown(`core stream, ${await aws.routedShard(eventId, since, DEADLINE_MS)}`),
    ),
    record("found by query", sentAt, async () => {
      const order = await find(api, "order-list", { customerId }, () => true);
      return shown(`order-list: ${order["status"]}, ${order["totalMinor"]} pence`);
    }),
    record("found by full text", sentAt, async () => {
      await find(api, "order-search", {}, ({ id }) => id === orderId, word);
      return shown(`order-search: "${word}"`);
    }),
    record("notified", sentAt, async () => {
      const projections = await inbox.awaitProjections(orderId, receipt.version, DEADLINE_MS);
      return shown(`WebSocket, of ${projections.join(" and ")}`);
    }),
  ]);
};

/**
 * A note goes over SNS and SQS. That the read model has it before any later event of the order exists shows that this
 * road brought it: a later event of the other road would have filled the gap from the table.
 */
const addNote = async ({ api, record, orderId, customerId }: Traveller): Promise<void> => {
  const sentAt = performance.now();
  await record("noted", sentAt, () => accepted(api, "AddOrderNote", orderId, { text: "Leave it with the neighbours" }));
  await record("routed over SNS and SQS", sentAt, async () => {
    const order = await find(api, "order-list", { customerId }, ({ noteCount }) => noteCount === 1);
    return shown(`order-list: ${order["noteCount"]} note`);
  });
};

const cancel = async ({ api, inbox, record, orderId, customerId }: Traveller): Promise<void> => {
  const sentAt = performance.now();
  const receipt = await record("cancelled", sentAt, () =>
    accepted(api, "CancelOrder", orderId, { reason: "Journey ends" }),
  );
  await record("seen as cancelled", sentAt, async () => {
    await inbox.awaitProjections(orderId, receipt.version, DEADLINE_MS);
    const order = await find(api, "order-list", { customerId, status: "cancelled" }, () => true);
    return shown(`order-list: ${order["status"]} at version ${order["version"]}`);
  });
};

const refusals = async ({ api, record, orderId }: Traveller): Promise<void> => {
  await record("refused: unknown order", performance.now(), () =>
    refused(api, "CancelOrder", `${orderId}-missing`, { reason: "No such order" }, "ORDER_UNKNOWN"),
  );
  const empty = { country: "United Kingdom", currency: "GBP", lines: [] };
  await record("refused: no lines", performance.now(), () =>
    refused(api, "PlaceOrder", `${orderId}-empty`, empty, "NEXUS_COMMAND_INVALID"),
  );
};

const shown = (detail: string): Shown<void> => ({ detail, value: undefined });

/** Lets every stage end and report before the first failure stops the journey. */
const all = async (stages: readonly Promise<unknown>[]): Promise<void> => {
  const outcomes = await Promise.allSettled(stages);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
};

const accepted = async (
  api: ApiClient,
  type: string,
  aggregateId: string,
  payload: object,
): Promise<Shown<CommandReceipt>> => {
  const answer = await api.command({ type, aggregateId, payload });
  if (!answer.accepted)
    throw new Error(`${type} was refused with ${answer.status}: ${describeProblem(answer.problem)}`);
  return { detail: `202, version ${answer.receipt.version} of ${aggregateId}`, value: answer.receipt };
};

const refused = async (
  api: ApiClient,
  type: string,
  aggregateId: string,
  payload: object,
  code: string,
): Promise<Shown<void>> => {
  const answer = await api.command({ type, aggregateId, payload });
  if (answer.accepted) throw new Error(`${type} for ${aggregateId} was accepted`);
  if (answer.problem.code !== code) throw new Error(`expected ${code}, got ${describeProblem(answer.problem)}`);
  return shown(`${answer.status} ${code}`);
};

const find = (
  api: ApiClient,
  resource: string,
  parameters: Readonly<Record<string, string>>,
  wanted: (item: Readonly<Record<string, unknown>>) => boolean,
  text?: string,
): Promise<Readonly<Record<string, unknown>>> => {
  const ask = async () => {
    const { items } = await api.query({ resource, parameters, ...(text === undefined ? {} : { text }) });
    return items.find(wanted);
  };
  return eventually(ask, { what: `${resource} with ${JSON.stringify(text ?? parameters)}`, deadlineMs: DEADLINE_MS });
};
