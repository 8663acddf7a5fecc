import { type ApiClient, apiClient, type CommandReceipt, type CommandRequest } from "../../cli/client/api-client.ts";
import type { RunningStack } from "../../local/running-stack.ts";
import { randomNumbers } from "./random.ts";

export type SentCommand = CommandRequest & { readonly key: string };

export interface Acknowledged {
  readonly command: SentCommand;
  readonly receipt: CommandReceipt;
}

export interface LoadRound {
  /** Names the orders of the round, and seeds what the clients do. */
  readonly seed: number;
  readonly clients: number;
  /** Called with the number of acknowledgements so far; the round goes on until the stack is gone. */
  readonly onAcknowledged: (count: number) => void;
}

/** Clients that place, note and cancel orders until the stack is gone, and write down what was promised to them. */
export class OrderLoad {
  readonly acknowledged: Acknowledged[] = [];
  /** Sent, and never answered: each is in the log whole or not at all. */
  unanswered: SentCommand[] = [];

  async run(stack: RunningStack, { seed, clients, onAcknowledged }: LoadRound): Promise<void> {
    const before = this.acknowledged.length;
    const api = apiClient(stack);
    const send = async (command: SentCommand): Promise<boolean> => {
      const kept = await this.#send(api, command);
      if (kept) onAcknowledged(this.acknowledged.length - before);
      return kept;
    };
    await Promise.all(
      Array.from({ length: clients }, (_, client) => orderAfterOrder(`${seed}-${client}`, seed + client, send)),
    );
  }

  /** Sends what was not answered again, under the same keys. */
  async retry(stack: RunningStack): Promise<void> {
    const again = this.unanswered;
    this.unanswered = [];
    await Promise.all(again.map((command) => this.#send(apiClient(stack), command)));
  }

  /** False when there was no answer. Throws when the command was refused: nothing in the load breaks a rule. */
  async #send(api: ApiClient, command: SentCommand): Promise<boolean> {
    const answer = await api.command(command).catch(() => undefined);
    if (answer === undefined) {
      this.unanswered.push(command);
      return false;
    }
    if (!answer.accepted) throw new Error(`${command.type} ${command.aggregateId}: ${JSON.stringify(answer.problem)}`);
    this.acknowledged.push({ command, receipt: answer.receipt });
    return true;
  }
}

const orderAfterOrder = async (
  client: string,
  seed: number,
  send: (command: SentCommand) => Promise<boolean>,
): Promise<void> => {
  const random = randomNumbers(seed);
  for (let count = 0; ; count++) {
    const aggregateId = `order-${client}-${count}`;
    for (const [step, [type, payload]] of lifeOfAnOrder(random).entries())
      if (!(await send({ type, aggregateId, payload, key: `${aggregateId}/${step}` }))) return;
  }
};

type Step = readonly [type: string, payload: object];

const lifeOfAnOrder = (random: () => number): readonly Step[] => {
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const line = () => ({
    sku: `SKU-${upTo(1_000)}`,
    description: `Lantern of kind ${upTo(50)}`,
    quantity: 1 + upTo(12),
    unitPriceMinor: upTo(5_000),
  });
  const lines = Array.from({ length: 1 + upTo(5) }, line);
  const place = { customerId: `customer-${upTo(100)}`, country: "United Kingdom", currency: "GBP", lines };
  const notes = Array.from({ length: upTo(3) }, (_, index): Step => ["AddOrderNote", { text: `Note ${index}` }]);
  const end: Step[] = random() < 0.4 ? [["CancelOrder", { reason: "Changed my mind" }]] : [];
  return [["PlaceOrder", place], ...notes, ...end];
};
