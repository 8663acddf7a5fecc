import type { Registration } from "../../local/engine/registration.ts";
import { UNKNOWN } from "../../local/engine/values.ts";

/** A change of the program, made where it shows: in the graph it registers. */
export type Change = (graph: readonly Registration[]) => readonly Registration[];

const isManaged = ({ custom, remote }: Registration): boolean => custom || remote;

/** The one resource of a name; of the type, where a name is that of several. */
export const find = (graph: readonly Registration[], name: string, type = ""): Registration => {
  const [found, ...more] = graph.filter((one) => one.name === name && one.type.endsWith(type));
  const only = more.length === 0 ? found : [found, ...more].filter((one) => one !== undefined && isManaged(one))[0];
  if (only === undefined) throw new Error(`the program registers no ${type} ${name}`);
  return only;
};

const replace = (graph: readonly Registration[], one: Registration, by: readonly Registration[]) =>
  graph.flatMap((resource) => (resource === one ? by : [resource]));

export const without =
  (name: string, type = ""): Change =>
  (graph) =>
    replace(graph, find(graph, name, type), []);

/** Sets an input by its path; `undefined` takes it away. */
export const set =
  (name: string, path: string, value: unknown, type = ""): Change =>
  (graph) => {
    const one = find(graph, name, type);
    return replace(graph, one, [{ ...one, inputs: put(one.inputs, path.split("."), value) }]);
  };

const put = (object: unknown, [key = "", ...rest]: readonly string[], value: unknown): Record<string, unknown> => {
  const { [key]: current, ...others } = { ...(object as Record<string, unknown> | undefined) };
  if (rest.length > 0) return { ...others, [key]: put(current, rest, value) };
  return value === undefined ? others : { ...others, [key]: value };
};

/** Makes an input come from other resources, given by type and name. */
export const from =
  (name: string, property: string, sources: readonly (readonly [type: string, name: string])[], type = ""): Change =>
  (graph) => {
    const one = find(graph, name, type);
    const urns = sources.map(([of, source]) => find(graph, source, of).urn);
    return replace(graph, one, [{ ...one, propertyDependencies: { ...one.propertyDependencies, [property]: urns } }]);
  };

/** Registers a copy of a resource under another name, changed. */
export const copy =
  (name: string, as: string, change: Change = (graph) => graph, type = ""): Change =>
  (graph) => {
    const one = find(graph, name, type);
    const twin = { ...one, name: as, urn: one.urn.replace(/::[^:]+$/, `::${as}`) };
    return change([...graph, twin]);
  };

/** A policy of the role of a function, that allows actions on a resource. */
export const allow =
  (fn: string, actions: readonly string[], on: readonly [type: string, name: string]): Change =>
  (graph) => {
    const role = find(graph, `${fn}-role`, "iam/role:Role");
    const urn = `${role.urn.replace("iam/role:Role", "iam/rolePolicy:RolePolicy")}-more`;
    const statement = { Effect: "Allow", Action: actions, Resource: UNKNOWN };
    const more: Registration = {
      ...role,
      ...{ urn, type: "aws:iam/rolePolicy:RolePolicy", name: `${fn}-more` },
      inputs: { role: UNKNOWN, policy: { Version: "2012-10-17", Statement: [statement] } },
      propertyDependencies: { role: [role.urn], policy: [find(graph, on[1], on[0]).urn] },
    };
    return [...graph, more];
  };

export const all =
  (...changes: readonly Change[]): Change =>
  (graph) =>
    changes.reduce((changed, change) => change(changed), graph);
