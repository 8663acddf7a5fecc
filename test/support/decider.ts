import { expect } from "vitest";
import type { DomainEvent } from "../../runtime/kernel/event.ts";
import type { AggregateDefinition, DecisionContext } from "../../runtime/kernel/service.ts";

export const NOW = "2030-01-02T03:04:05.678Z";

const CONTEXT: DecisionContext = {
  aggregateId: "aggregate-1",
  now: NOW,
  newId: () => "01J00000000000000000000000",
  actor: "arn:aws:iam::000000000000:user/tester",
};

/**
 * Given what has happened, when a command comes, then these events or this refusal follow. Payload and events pass
 * through their schemas as they do in the command handler, so that a rule and a schema cannot disagree unseen.
 */
export const decider = <State, Event extends DomainEvent>(aggregate: AggregateDefinition<State, Event>) => ({
  given: (...history: readonly Event[]) => ({
    when: (type: string, payload: object) => {
      const decide = (): readonly Event[] => {
        const command = aggregate.commands[type];
        if (command === undefined) throw new Error(`no command ${type}`);
        expect(command.schema.validate(payload), "violations of the payload").toEqual([]);
        const state = history.reduce(aggregate.evolve, aggregate.initialState());
        return command.decide(state, payload, CONTEXT);
      };
      return {
        thenEvents: (...expected: readonly Event[]) => {
          const events = decide();
          expect(events).toEqual(expected);
          for (const event of events) expect(contractOf(aggregate, event.type).validate(event.data)).toEqual([]);
        },
        thenRefused: (code: string) => expect(decide).toThrow(expect.objectContaining({ code, family: "domain" })),
      };
    },
  }),
});

const contractOf = <State, Event extends DomainEvent>(aggregate: AggregateDefinition<State, Event>, type: string) => {
  const contract = aggregate.events.filter(({ name }) => name === type).toSorted((a, b) => b.version - a.version)[0];
  if (contract === undefined) throw new Error(`no contract of ${type}`);
  return contract;
};
