import { isConnections, isEventLog, isSnapshots } from "../tables.ts";
import { API, DOMAIN, FUNCTION, QUEUE, ROUTE, STREAM, TABLE, TOPIC } from "../types.ts";
import type { Link, Side } from "./model.ts";
import type { GraphResource, ResourceIndex } from "./resources.ts";

/** What a function is called for, by its routes. */
export interface Callers {
  readonly commands: boolean;
  /** Questions to the read model. */
  readonly queries: boolean;
  /** Questions to the log itself: the past of an aggregate, or what happened in a range of time. */
  readonly temporal: boolean;
  readonly socket: boolean;
}

export const TEMPORAL_ROUTE = /^GET \/api\/(queries\/temporal|events)(\/|$)/;
const COMMAND_ROUTE = /^(POST|PUT|ANY) \/api\/commands(\/|$)/;
const QUERY_ROUTE = /^(GET|ANY) \/api\/queries(\/|$)/;

export const callersOf = (fn: GraphResource, links: readonly Link[]): Callers => {
  const keys = links
    .filter(({ from, to, verb }) => to === fn && verb === "calls" && from.type === ROUTE)
    .map(({ from }) => String(from.props["routeKey"]));
  return {
    commands: keys.some((key) => COMMAND_ROUTE.test(key)),
    queries: keys.some((key) => QUERY_ROUTE.test(key) && !TEMPORAL_ROUTE.test(key)),
    temporal: keys.some((key) => TEMPORAL_ROUTE.test(key)),
    socket: keys.some((key) => key.startsWith("$")),
  };
};

/** The side of each resource: first what its own nature tells, then what its neighbours do. */
export const sidesOf = (index: ResourceIndex, links: readonly Link[]): ReadonlyMap<GraphResource, Side> => {
  const sides = new Map<GraphResource, Side>();
  for (const resource of index.all) {
    const side = natureOf(resource);
    if (side !== undefined) sides.set(resource, side);
  }
  for (const fn of index.ofType(FUNCTION)) {
    const { commands, queries, temporal, socket } = callersOf(fn, links);
    const reads = (from: GraphResource): boolean => from.type === TABLE && isEventLog(from.props);
    if (commands) sides.set(fn, "command");
    else if (queries || temporal || socket) sides.set(fn, "query");
    else if (links.some(({ from, to, verb }) => to === fn && verb === "triggers" && reads(from))) sides.set(fn, "bus");
  }
  // The bus is what commands and the router send to, and the queues that it delivers to.
  for (const { from, to, verb } of links)
    if (verb === "sends" && (to.type === STREAM || to.type === TOPIC) && /command|bus/.test(sides.get(from) ?? ""))
      sides.set(to, "bus");
  for (const { from, to, verb } of links) if (verb === "delivers" && sides.get(from) === "bus") sides.set(to, "bus");
  for (const fn of index.ofType(FUNCTION)) if (!sides.has(fn)) sides.set(fn, sideByReach(fn, links, sides));
  for (const { from, to, verb } of links)
    if (verb === "triggers" && from.type === QUEUE && !sides.has(from)) sides.set(from, sides.get(to) ?? "neutral");
  return sides;
};

const natureOf = ({ type, props }: GraphResource): Side | undefined => {
  if (type === TABLE) {
    if (isEventLog(props) || isSnapshots(props)) return "command";
    return isConnections(props) ? "query" : undefined;
  }
  if (type === DOMAIN || (type === API && props["protocolType"] === "WEBSOCKET")) return "query";
  if (type === ROUTE) {
    if (COMMAND_ROUTE.test(String(props["routeKey"]))) return "command";
    return "query";
  }
  return undefined;
};

/** Whoever is fed by the bus or has to do with the query side belongs to it; who has to do with commands alone, to them. */
const sideByReach = (fn: GraphResource, links: readonly Link[], sides: ReadonlyMap<GraphResource, Side>): Side => {
  const around = links.flatMap(({ from, to }) => (from === fn ? [sides.get(to)] : to === fn ? [sides.get(from)] : []));
  const fed = links.some(({ from, to, verb }) => to === fn && verb === "triggers" && sides.get(from) === "bus");
  if (fed || around.includes("query")) return "query";
  return around.includes("command") ? "command" : "neutral";
};
