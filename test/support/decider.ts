import type { DomainEvent } from "../../runtime/kernel/event.ts";
import type { AggregateDefinition } from "../../runtime/kernel/service.ts";
import { specification } from "../../runtime/testing/index.ts";

export { NOW } from "../../runtime/testing/index.ts";

/** The kit of `nexus-blueprint/testing`, with events and payload given one by one. */
export const decider = <State, Event extends DomainEvent>(aggregate: AggregateDefinition<State, Event>) => ({
  given: (...history: readonly Event[]) => ({
    when: (type: string, payload: object) => {
      const outcome = specification(aggregate).given(history).when({ type, payload });
      return {
        thenEvents: (...expected: readonly Event[]) => outcome.then(expected),
        thenRefused: (code: string) => outcome.thenRejects(code),
      };
    },
  }),
});
