import { type ApiClient, apiClient, type CommandReceipt, type CommandRequest } from "../../cli/client/api-client.ts";
import type { RunningStack } from "../../local/running-stack.ts";
import { randomNumbers } from "./random.ts";

export type SentCommand = CommandRequest & { readonly key: string };

export interface Acknowledged {
  readonly command: SentCommand;
  readonly receipt: CommandReceipt;
}

/**
 * Clients that place, note and cancel orders, one after the other, and write down what was promised to them. When the
 * stack goes away, every other client sends what was not answered again, under the same key, and goes on with that
 * order; the rest leave theirs alone, so that no later event of an order can heal what became of the last one.
 */
export class OrderLoad {
  readonly acknowledged: Acknowledged[] = [];
  /** Sent, not answered, and left alone: each is in the log whole or not at all. */
  readonly abandoned: SentCommand[] = [];
  readonly #clients: readonly OrderClient[];

  constructor({ seed, clients }: { readonly seed: number; readonly clients: number }) {
    this.#clients = Array.from(
      { length: clients },
      (_, client) => new OrderClient(`client${client}`, seed + client, client % 2 === 0 ? undefined : this.abandoned),
    );
  }

  /**
   * Lets every client go on until `enough` says so of the acknowledgements of this call, or the stack is gone.
   * Rejects when a command is refused: nothing in the load breaks a rule.
   */
  async run(stack: RunningStack, enough: (acknowledged: number) => boolean): Promise<void> {
    const api = apiClient(stack);
    let count = 0;
    const keep = (acknowledged: Acknowledged): boolean => {
      this.acknowledged.push(acknowledged);
      count += 1;
      return enough(count);
    };
    await Promise.all(this.#clients.map((client) => client.run(api, keep)));
  }
}

class OrderClient {
  readonly #commands: Generator<SentCommand, never, "abandon" | undefined>;
  readonly #abandoned: SentCommand[] | undefined;
  #unanswered: SentCommand | undefined;

  constructor(name: string, seed: number, abandoned: SentCommand[] | undefined) {
    this.#commands = orderAfterOrder(name, randomNumbers(seed));
    this.#abandoned = abandoned;
  }

  async run(api: ApiClient, keep: (acknowledged: Acknowledged) => boolean): Promise<void> {
    for (;;) {
      const command = this.#next();
      const answer = await api.command(command).catch(() => undefined);
      if (answer === undefined) return;
      if (!answer.accepted) throw new Error(`${command.key} was refused: ${JSON.stringify(answer.problem)}`);
      this.#unanswered = undefined;
      if (keep({ command, receipt: answer.receipt })) return;
    }
  }

  #next(): SentCommand {
    const left = this.#unanswered;
    if (left !== undefined && this.#abandoned === undefined) return left;
    if (left !== undefined) this.#abandoned?.push(left);
    this.#unanswered = this.#commands.next(left === undefined ? undefined : "abandon").value;
    return this.#unanswered;
  }
}

function* orderAfterOrder(client: string, random: () => number): Generator<SentCommand, never, "abandon" | undefined> {
  for (let count = 0; ; count++) {
    const aggregateId = `order-${client}-${count}`;
    for (const [step, [type, payload]] of lifeOfAnOrder(random).entries())
      if ((yield { type, aggregateId, payload, key: `${aggregateId}/${step}` }) === "abandon") break;
  }
}

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
  const notes = Array.from({ length: upTo(6) }, (_, index): Step => ["AddOrderNote", { text: `Note ${index}` }]);
  const end: Step[] = random() < 0.4 ? [["CancelOrder", { reason: "Changed my mind" }]] : [];
  return [["PlaceOrder", place], ...notes, ...end];
};
