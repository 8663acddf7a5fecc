import { API, DOMAIN, FUNCTION, POLICY, QUEUE, ROUTE, STREAM, TABLE, TOPIC } from "../types.ts";
import { reasonAgainst } from "./forbidden.ts";
import { linksOf } from "./links.ts";
import type { DependencyGraph, Edge, Kind } from "./model.ts";
import type { GraphResource, ResourceIndex } from "./resources.ts";
import { sidesOf } from "./sides.ts";

const KINDS: Readonly<Record<string, Kind>> = {
  [API]: "socket",
  [DOMAIN]: "domain",
  [FUNCTION]: "function",
  [POLICY]: "policy",
  [QUEUE]: "queue",
  [ROUTE]: "route",
  [STREAM]: "stream",
  [TABLE]: "table",
  [TOPIC]: "topic",
};

/**
 * Who calls, reads, writes and is triggered by whom, from the registered resources, roles and event sources alone.
 * The picture of a stack and the rule of decoupling are both made of it.
 */
export const dependencyGraph = (index: ResourceIndex): DependencyGraph => {
  // A policy for people names routes by their ARN, which tells only the API: that one may call says nothing here.
  const links = linksOf(index).filter(({ to, verb }) => !(to.type === API && verb === "calls"));
  const sides = sidesOf(index, links);
  const edges = links.map((link): Edge => {
    const forbidden = reasonAgainst(link, links, sides);
    const { from, to, verb, via } = link;
    return { from: from.urn, to: to.urn, verb, via: via.urn, ...(forbidden === undefined ? {} : { forbidden }) };
  });
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
  const node = (resource: GraphResource) => ({
    id: resource.urn,
    name: resource.type === ROUTE ? String(resource.props["routeKey"]) : resource.name,
    kind: KINDS[resource.type] ?? "policy",
    side: sides.get(resource) ?? "neutral",
  });
  return {
    nodes: index.all
      .filter((resource) => linked.has(resource))
      .map(node)
      .sort(by(({ side, id }) => `${side} ${id}`)),
    edges: edges.sort(by(({ from, to, verb }) => `${from} ${to} ${verb}`)),
  };
};

/** Programs register in no certain order; a picture has one. */
const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : 1;
