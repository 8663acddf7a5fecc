import { stackPolicy } from "../../define.ts";
import { dependencyGraph } from "../../graph/dependency-graph.ts";
import { indexOf } from "../../graph/resources.ts";

export const decoupleSides = stackPolicy({
  name: "nexus-lambda-function-decouple-sides",
  description: "Commands and queries share nothing but the bus: no permission, environment, route or event source.",
  severity: "critical",
  remediationSteps:
    "Take the permission, the environment key, the route or the event source away that the message names; let the other side learn of it by an event. `nexus graph --format mermaid` shows every forbidden edge.",
  source: "https://docs.aws.amazon.com/prescriptive-guidance/latest/cloud-design-patterns/event-sourcing.html",
  validateStack: ({ resources }, report) => {
    const { nodes, edges } = dependencyGraph(indexOf(resources));
    const names = new Map(nodes.map(({ id, name }) => [id, name]));
    for (const { from, to, verb, via, forbidden } of edges)
      if (forbidden !== undefined) report(`${names.get(from)} ${verb} ${names.get(to)}: ${forbidden}.`, via);
  },
});
