import type { ApiClient, CommandAnswer } from "../../cli/client/api-client.ts";
import { type OrderEvent, type OrderState, order } from "../../runtime/domain/order/order.ts";
import { orderList } from "../../runtime/domain/order/projections.ts";
import { isNexusError } from "../../runtime/kernel/errors.ts";
import type { RecordedEvent, StoredEvent } from "../../runtime/kernel/event.ts";
import type { ReadModelDocument } from "../../runtime/kernel/service.ts";

interface Stream {
  state: OrderState;
  document: ReadModelDocument | undefined;
  version: number;
  readonly answers: Map<string, CommandAnswer>;
}

export interface OrderServiceFake extends ApiClient {
  /** The commands that were sent, as `<type> <aggregateId>`, in the order in which they began. */
  readonly sent: readonly string[];
}

/** The order service behind the client's interface, without a stack: its own rules, schemas and `order-list`. */
export const orderService = ({ pageSize = 100 } = {}): OrderServiceFake => {
  const streams = new Map<string, Stream>();
  const sent: string[] = [];

  const decide = (stream: Stream, aggregateId: string, type: string, payload: unknown): readonly StoredEvent[] => {
    const definition = order.commands[type];
    if (definition === undefined) throw new Error(`no command ${type}`);
    const context = { aggregateId, now: "2030-01-01T00:00:00.000Z", newId: () => "id", actor: "tester" };
    const events = definition.decide(stream.state, payload, context);
    return events.map((event) => ({ ...event, schemaVersion: 1 }));
  };

  const apply = (stream: Stream, event: StoredEvent) => {
    stream.version += 1;
    stream.state = order.evolve(stream.state, event as unknown as OrderEvent);
    stream.document = orderList.transform(stream.document, event as unknown as RecordedEvent);
  };

  return {
    sent,
    command: async ({ type, aggregateId, payload, key = "", correlationId = key }) => {
      sent.push(`${type} ${aggregateId}`);
      await new Promise(setImmediate);
      if ((order.commands[type]?.schema.validate(payload) ?? []).length > 0)
        return refusal("NEXUS_COMMAND_INVALID", 400);
      const stream = streams.get(aggregateId) ?? {
        state: order.initialState(),
        document: undefined,
        version: 0,
        answers: new Map(),
      };
      const before = stream.answers.get(key);
      if (before !== undefined) return before;
      try {
        for (const event of decide(stream, aggregateId, type, payload)) apply(stream, event);
      } catch (error) {
        if (isNexusError(error)) return refusal(error.code, 422);
        throw error;
      }
      const receipt = { commandId: key, correlationId, aggregateId, version: stream.version, events: [] };
      const answer = { accepted: true, status: 202, receipt } as const;
      stream.answers.set(key, answer);
      streams.set(aggregateId, stream);
      return answer;
    },
    query: async ({ parameters = {} }) => {
      const from = Number(parameters["cursor"] ?? 0);
      const within = [...streams].flatMap(([id, { document, version }]) => {
        const placedAt = String(document?.["placedAt"]);
        const inRange =
          placedAt >= String(parameters["from.placedAt"]) && placedAt <= String(parameters["to.placedAt"]);
        return document !== undefined && inRange ? [{ ...document, id, version }] : [];
      });
      const items = within.slice(from, from + pageSize);
      const next = from + items.length < within.length ? { cursor: String(from + items.length) } : {};
      return { items, total: within.length, ...next };
    },
  };
};

const refusal = (code: string, status: number): CommandAnswer => ({
  accepted: false,
  status,
  problem: { status, code },
});
