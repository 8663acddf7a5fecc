import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ApiClient,
  type CommandAnswer,
  type CommandReceipt,
  describeProblem,
} from "../../cli/client/api-client.ts";
import { failed } from "../../cli/failure.ts";
import { cancelOrder, type Invoice, isCancellation, placeOrder, type RetailCommand } from "./invoice.ts";

export interface Sent {
  /** The orders that were accepted. */
  readonly placed: readonly Invoice[];
  /** Ids of the aggregates that were cancelled. */
  readonly cancelled: ReadonlySet<string>;
  /** Commands refused, by error code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Version of each aggregate after the last command that it accepted. */
  readonly versions: ReadonlyMap<string, number>;
}

export interface SendOptions {
  /** Commands under way at a time, each until it is answered and `seen`. */
  readonly concurrency: number;
  /** Settles when the next command may follow one that was stored. */
  readonly seen?: (receipt: CommandReceipt) => Promise<void>;
  readonly onSent?: () => void;
}

/**
 * Sends the invoices as commands, started in their order. Those of one customer follow each other: a cancellation
 * must find which of the customer's orders were placed before it. The others run side by side.
 * @throws CliFailure when a command is neither accepted nor refused for good; to run it again is safe
 */
export const sendInvoices = async (
  api: Pick<ApiClient, "command">,
  invoices: readonly Invoice[],
  { concurrency, seen = async () => {}, onSent = () => {} }: SendOptions,
): Promise<Sent> => {
  const placed: Invoice[] = [];
  const cancelled = new Set<string>();
  const refused: Record<string, number> = {};
  const versions = new Map<string, number>();
  const placedBy = new Map<string, Invoice[]>();
  const correlationId = `retail-${randomUUID()}`;

  const send = async (invoice: Invoice): Promise<void> => {
    const own = invoice.customerId === undefined ? [] : (placedBy.get(invoice.customerId) ?? []);
    const command = isCancellation(invoice) ? cancelOrder(invoice, own) : placeOrder(invoice);
    const answer = await untilAnswered(api, { ...command, correlationId });
    onSent();
    if (!answer.accepted) {
      const code = answer.problem.code ?? String(answer.status);
      refused[code] = (refused[code] ?? 0) + 1;
      return;
    }
    const { aggregateId, version } = answer.receipt;
    versions.set(aggregateId, Math.max(version, versions.get(aggregateId) ?? 0));
    if (command.type === "CancelOrder") cancelled.add(aggregateId);
    else {
      placed.push(invoice);
      if (invoice.customerId !== undefined) placedBy.set(invoice.customerId, [...own, invoice]);
    }
    // The first answer to a repeated command tells of the import that sent it first: nothing new will be seen.
    if (answer.receipt.correlationId === correlationId) await seen(answer.receipt);
  };

  await inLanes(invoices, ({ customerId }) => customerId, send, concurrency);
  return { placed, cancelled, refused, versions };
};

/** Runs tasks in order, `width` at a time, those of one lane one after the other. Stops at the first failure. */
const inLanes = async <T>(
  tasks: readonly T[],
  laneOf: (task: T) => string | undefined,
  run: (task: T) => Promise<void>,
  width: number,
): Promise<void> => {
  const ends = new Map<string, Promise<void>>();
  const queue = tasks.values();
  let stopped = false;
  const work = async () => {
    for (const task of queue) {
      if (stopped) return;
      const lane = laneOf(task);
      const before = lane === undefined ? undefined : ends.get(lane);
      const end = Promise.resolve(before).then(() => run(task));
      if (lane !== undefined) ends.set(lane, end);
      await end;
    }
  };
  const workers = Array.from({ length: width }, () =>
    work().catch((error: unknown) => {
      stopped = true;
      throw error;
    }),
  );
  for (const outcome of await Promise.allSettled(workers)) if (outcome.status === "rejected") throw outcome.reason;
};

const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 50;

const isTransient = ({ status, code }: { status: number; code?: string }): boolean =>
  status === 429 || status >= 500 || code === "NEXUS_AGGREGATE_BUSY";

/** Repeats what failed for the moment; the key makes the repetition harmless. */
const untilAnswered = async (
  api: Pick<ApiClient, "command">,
  command: RetailCommand & { readonly correlationId: string },
): Promise<CommandAnswer> => {
  for (let attempt = 1; ; attempt++) {
    const answer = await api.command(command);
    if (answer.accepted || !isTransient(answer.problem)) return answer;
    if (attempt === MAX_ATTEMPTS)
      throw failed(
        `${command.type} for ${command.aggregateId} failed ${attempt} times: ${describeProblem(answer.problem)}\n` +
          "Run the import again to go on: what was accepted is not repeated.",
      );
    await sleep(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2));
  }
};
