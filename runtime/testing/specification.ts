import { AssertionError, deepStrictEqual } from "node:assert";
import { deepFreeze } from "../kernel/deep-freeze.ts";
import type { DomainEvent } from "../kernel/event.ts";
import type { AggregateDefinition, DecisionContext } from "../kernel/service.ts";

/** The instant at which a specified command is decided, unless the specification says otherwise. */
export const NOW = "2030-01-02T03:04:05.678Z";

const CONTEXT: DecisionContext = {
  aggregateId: "aggregate-1",
  now: NOW,
  newId: () => "01J00000000000000000000000",
  actor: "arn:aws:iam::000000000000:user/tester",
};

export interface SpecifiedCommand {
  /** One of the aggregate's commands. */
  readonly type: string;
  readonly payload: object;
}

export interface Outcome<Event extends DomainEvent> {
  /** Passes when exactly these events follow, in this order, each as its schema allows and `evolve` takes it. */
  then(events: readonly Event[]): void;
  /** Passes when the command is refused with this code, by its schema (`NEXUS_COMMAND_INVALID`) or by a rule. */
  thenRejects(code: string): void;
}

/**
 * Given what has happened, when a command comes, then these events follow, or this refusal: the rules of an aggregate as
 * examples, for any test runner. Payloads and events pass through their schemas as they do in the command handler, so
 * that a rule and a schema cannot disagree unseen. Throws an `AssertionError` where an example does not hold.
 * @example
 * const { given } = specification(order);
 * given([placed]).when({ type: "CancelOrder", payload: { reason: "late" } }).then([cancelled]);
 * given([]).when({ type: "CancelOrder", payload: { reason: "late" } }).thenRejects("ORDER_UNKNOWN");
 */
export const specification = <State, Event extends DomainEvent>(
  aggregate: AggregateDefinition<State, Event>,
  /** What decisions are to know of time, ids and caller. */
  context: Partial<DecisionContext> = {},
) => ({
  given: (history: readonly Event[]) => ({
    when: (command: SpecifiedCommand): Outcome<Event> => {
      const decide = () => decided(aggregate, history, command, { ...CONTEXT, ...context });
      return {
        // biome-ignore lint/suspicious/noThenProperty: given, when, then; nobody awaits an example
        then: (expected) => {
          const events = decide();
          deepStrictEqual(stored(events), stored(expected), `${command.type} led to other events`);
          for (const event of events) assertAllowed(aggregate, event);
          folded(aggregate, [...history, ...events]);
        },
        thenRejects: (code) => {
          const refusal = codeOf(decide);
          if (refusal !== code)
            throw new AssertionError({
              message: `${command.type} ${refusal === undefined ? "was not refused" : `was refused with ${refusal}`}, not with ${code}`,
              actual: refusal,
              expected: code,
            });
        },
      };
    },
  }),
});

/** As the log will hold it. */
const stored = (events: readonly DomainEvent[]): unknown => JSON.parse(JSON.stringify(events));

class PayloadRefused extends Error {
  readonly code = "NEXUS_COMMAND_INVALID";
}

const decided = <State, Event extends DomainEvent>(
  aggregate: AggregateDefinition<State, Event>,
  history: readonly Event[],
  { type, payload }: SpecifiedCommand,
  context: DecisionContext,
): readonly Event[] => {
  const command = aggregate.commands[type];
  if (command === undefined)
    throw new TypeError(`${aggregate.name} has no command ${type}, only ${Object.keys(aggregate.commands).join(", ")}`);
  for (const event of history) assertAllowed(aggregate, event);
  const [violation] = command.schema.validate(payload);
  if (violation !== undefined) throw new PayloadRefused(`${type} ${violation.path} ${violation.message}`);
  return command.decide(folded(aggregate, history), deepFreeze(structuredClone(payload)), context);
};

/** Frozen, as the command handler gives it out: what tries to change it fails here first. */
const folded = <State, Event extends DomainEvent>(
  { evolve, initialState }: AggregateDefinition<State, Event>,
  history: readonly Event[],
): State =>
  deepFreeze(structuredClone(history)).reduce((before, event) => {
    const state = deepFreeze(evolve(before, event));
    if (state === undefined && before !== undefined)
      throw new AssertionError({ message: `evolve returned no state for ${event.type}` });
    return state;
  }, deepFreeze(initialState()));

const assertAllowed = <State, Event extends DomainEvent>(
  { name, events }: AggregateDefinition<State, Event>,
  event: DomainEvent,
): void => {
  const contract = events.filter((one) => one.name === event.type).toSorted((a, b) => b.version - a.version)[0];
  if (contract === undefined) throw new AssertionError({ message: `${name} has no event ${event.type}` });
  const [violation] = contract.validate(event.data);
  if (violation === undefined) return;
  throw new AssertionError({
    message: `${event.type}.v${contract.version} does not match its schema: ${violation.path} ${violation.message}`,
    actual: event.data,
  });
};

/** The code of a refusal. What is none, such as an unknown command, is a mistake of the example and is thrown on. */
const codeOf = (decide: () => unknown): string | undefined => {
  try {
    decide();
    return undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && !(error instanceof AssertionError)) return String(error.code);
    throw error;
  }
};
