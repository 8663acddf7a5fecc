import type { Registration } from "../../local/engine/registration.ts";
import { UNKNOWN } from "../../local/engine/values.ts";
import { dependencyGraph } from "../../policy-pack/graph/dependency-graph.ts";
import type { DependencyGraph } from "../../policy-pack/graph/model.ts";
import { ResourceIndex } from "../../policy-pack/graph/resources.ts";

/** The dependency graph of a previewed program, by the very code that the policy of decoupling decides with. */
export const stackGraph = (registrations: readonly Registration[]): DependencyGraph =>
  dependencyGraph(
    new ResourceIndex(
      registrations.map(({ urn, type, name, inputs, propertyDependencies }) => ({
        ...{ urn, type, name, sources: propertyDependencies },
        props: withoutUnknown(inputs) as Readonly<Record<string, unknown>>,
      })),
    ),
  );

/** Unknown values taken out: a policy pack is told of them in another way. */
const withoutUnknown = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((item) => item !== UNKNOWN).map(withoutUnknown);
  if (typeof value !== "object" || value === null) return value;
  const known = Object.entries(value).filter(([, member]) => member !== UNKNOWN);
  return Object.fromEntries(known.map(([key, member]) => [key, withoutUnknown(member)]));
};
