import { isEventLog, isSnapshots } from "../tables.ts";
import { FUNCTION, ROUTE, TABLE } from "../types.ts";
import type { Link, Side } from "./model.ts";
import type { GraphResource } from "./resources.ts";
import { callersOf } from "./sides.ts";

/** Why the architecture has no such link; nothing when it has. */
export const reasonAgainst = (
  link: Link,
  links: readonly Link[],
  sides: ReadonlyMap<GraphResource, Side>,
): string | undefined => {
  const { from, to, verb } = link;
  const [side, other] = [sides.get(from), sides.get(to)];
  // Of the two routes the one that is not for commands is out of place.
  if (from.type === ROUTE) return side === "command" ? undefined : doubleRoute(to, links);
  if (verb === "triggers") return wrongTrigger(from, to, links, sides);
  if (from.type !== FUNCTION) return undefined;
  if (to.type === FUNCTION) return crosses(side, other) ? "the two sides meet on the bus, never by a call" : undefined;
  if (side === "command" && other === "query") return "a function of the command side has nothing to do with queries";
  if (side === "command" && other === "bus" && verb === "follows")
    return "the command side sends to the bus and reads nothing from it";
  if (side === "bus" && other === "query") return "the router knows the log and the bus alone";
  if (side === "query" && other === "bus" && verb === "sends") return "only what stands in the log may go over the bus";
  if (side === "query" && other === "command")
    return mayRead(link, links) ? undefined : "a function of the query side learns of commands over the bus alone";
  return undefined;
};

const crosses = (side: Side | undefined, other: Side | undefined): boolean =>
  side !== other && side !== "neutral" && other !== "neutral";

const doubleRoute = (fn: GraphResource, links: readonly Link[]): string | undefined => {
  const { commands, queries, temporal, socket } = callersOf(fn, links);
  return commands && (queries || temporal || socket) ? "one function answers commands and queries" : undefined;
};

/** The log is the truth, and may be read where the read model is not enough: to fill a gap, or to answer for an instant. */
const mayRead = ({ from, to, verb }: Link, links: readonly Link[]): boolean => {
  const { queries, socket } = callersOf(from, links);
  const readable = to.type === TABLE && (isEventLog(to.props) || isSnapshots(to.props));
  return readable && (verb === "reads" || verb === "knows") && !queries && !socket;
};

const wrongTrigger = (
  source: GraphResource,
  fn: GraphResource,
  links: readonly Link[],
  sides: ReadonlyMap<GraphResource, Side>,
): string | undefined => {
  const { commands, queries, temporal } = callersOf(fn, links);
  if (commands) return "a command comes over its route alone";
  if (queries || temporal) return "a query comes over its route alone";
  const [from, to] = [sides.get(source), sides.get(fn)];
  if (from === "command" && to === "query") return "the query side is fed by the bus, never by the log's own stream";
  if (from === "query" && to === "command") return "the query side triggers nothing on the command side";
  return undefined;
};
