import { stackPolicy } from "../../define.ts";
import { dependencyGraph } from "../../graph/dependency-graph.ts";
import { indexOf } from "../../graph/resources.ts";

/** A function of the read side as the components make it: its bundle holds the version gate. */
const PROJECTION = /nexus:index:QueryDashboard\$nexus:index:RuntimeFunction\$aws:lambda\/function:Function::/;

export const guardBus = stackPolicy({
  name: "nexus-lambda-mapping-guard-bus",
  description:
    "Nobody reads the bus but the functions of projections, whose version gate drops repeats and fills gaps.",
  severity: "high",
  remediationSteps:
    "Make a projection of the consumer: projection({...}) in the service gives it a function, a fan-out consumer and the version gate. A reader by hand would see events twice, late and out of order.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html",
  validateStack: ({ resources }, report) => {
    const { nodes, edges } = dependencyGraph(indexOf(resources));
    const byId = new Map(nodes.map((node) => [node.id, node]));
    for (const { from, to, verb, via } of edges) {
      const [source, reader] = verb === "follows" ? [byId.get(to), byId.get(from)] : [byId.get(from), byId.get(to)];
      if (source?.side !== "bus" || source.kind === "function" || reader?.kind !== "function") continue;
      if ((verb === "triggers" || verb === "follows") && !PROJECTION.test(reader.id))
        report(`${reader.name} reads ${source.name} past the version gate. Make a projection of it.`, via);
    }
  },
});
