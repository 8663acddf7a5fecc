import type { Contract, EventContract, Route, SchemaViolation } from "../../../runtime/kernel/contract.ts";
import { DomainError } from "../../../runtime/kernel/errors.ts";
import type { DomainEvent } from "../../../runtime/kernel/event.ts";
import { aggregate, projection, service } from "../../../runtime/kernel/service.ts";

/** A small service for the tests of the runtime: counters that are opened, added to and noted on. */

type Check = (value: Record<string, unknown>) => string | undefined;

const validator =
  (check: Check) =>
  (value: unknown): SchemaViolation[] => {
    const path = check((value ?? {}) as Record<string, unknown>);
    return path === undefined ? [] : [{ path, keyword: "type", message: "is not what the schema asks for" }];
  };

const contract = <T>(name: string, version: number, check: Check): Contract<T> => ({
  name,
  aggregate: "counter",
  version,
  schema: { title: `${name}.v${version}` },
  hash: `${name}.v${version}`,
  validate: validator(check),
});

const eventContract = (name: string, version: number, route: Route, check: Check): EventContract => ({
  ...contract(name, version, check),
  route,
  personalData: [],
});

const isText =
  (field: string): Check =>
  (value) =>
    typeof value[field] === "string" ? undefined : `/${field}`;
const isInteger =
  (field: string): Check =>
  (value) =>
    Number.isInteger(value[field]) ? undefined : `/${field}`;

export interface CounterState {
  readonly open: boolean;
  readonly total: number;
}

export interface CounterEvent extends DomainEvent {
  readonly type: "CounterOpened" | "CounterAdded" | "CounterNoted";
  readonly data: { readonly label?: string; readonly amount?: number; readonly unit?: string; readonly text?: string };
}

const mustBeOpen = ({ open }: CounterState): void => {
  if (!open) throw new DomainError("COUNTER_UNKNOWN", "the counter was never opened");
};

export const counter = aggregate<CounterState, CounterEvent>({
  name: "counter",
  initialState: () => ({ open: false, total: 0 }),
  evolve: (state, { type, data }) => {
    if (type === "CounterOpened") return { open: true, total: 0 };
    return type === "CounterAdded" ? { ...state, total: state.total + (data.amount ?? 0) } : state;
  },
  events: [
    eventContract("CounterOpened", 1, "core", isText("label")),
    eventContract("CounterAdded", 1, "core", isInteger("amount")),
    eventContract("CounterAdded", 2, "core", (value) => isInteger("amount")(value) ?? isText("unit")(value)),
    eventContract("CounterNoted", 1, "standard", isText("text")),
  ],
  commands: {
    OpenCounter: {
      schema: contract<{ label: string }>("OpenCounter", 1, isText("label")),
      decide: ({ open }, { label }: { label: string }) => {
        if (open) throw new DomainError("COUNTER_ALREADY_OPEN", "the counter is open");
        return [{ type: "CounterOpened", data: { label } }];
      },
    },
    AddToCounter: {
      schema: contract<{ amounts: number[] }>("AddToCounter", 1, (value) =>
        Array.isArray(value["amounts"]) ? undefined : "/amounts",
      ),
      decide: (state, { amounts }: { amounts: number[] }) => {
        mustBeOpen(state);
        return amounts.map((amount) => ({ type: "CounterAdded", data: { amount, unit: "piece" } }));
      },
    },
    NoteOnCounter: {
      schema: contract<{ text: string }>("NoteOnCounter", 1, isText("text")),
      decide: (state, { text }: { text: string }) => {
        mustBeOpen(state);
        return [{ type: "CounterNoted", data: { text } }];
      },
    },
    /** Decides for an event that its schema does not allow. */
    SpoilCounter: {
      schema: contract<object>("SpoilCounter", 1, () => undefined),
      decide: () => [{ type: "CounterAdded", data: { amount: 1.5 } }],
    },
  },
});

export type CounterDocument = { readonly label: string; readonly total: number; readonly notes: readonly string[] };

export const counterList = projection<CounterDocument>({
  name: "counter-list",
  aggregate: "counter",
  topic: "counters",
  fields: { label: "keyword", total: "integer", openedAt: "date", notes: "text" },
  transform: (document, { type, data, time }) => {
    const { label = "", amount = 0, text = "" } = data as CounterEvent["data"];
    switch (type) {
      case "CounterOpened":
        return { label, total: 0, notes: [], openedAt: time };
      case "CounterAdded":
        return document && { ...document, total: document.total + amount };
      case "CounterNoted":
        return document && { ...document, notes: [...document.notes, text] };
      default:
        return document;
    }
  },
});

export default service({
  name: "counters",
  aggregates: [counter],
  projections: [counterList],
  upcasters: [{ type: "CounterAdded", from: 1, upcast: (data) => ({ ...data, unit: "piece" }) }],
});
