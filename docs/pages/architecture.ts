import { fileURLToPath } from "node:url";
import { toMermaid } from "../../cli/graph/mermaid.ts";
import { stackGraph } from "../../cli/graph/stack-graph.ts";
import { readGraph } from "../../local/preview-stack.ts";
import { code, page } from "./markdown.ts";

/** The page with the picture of the stack that a developer runs, drawn from the program itself. */
export const architecture = async (): Promise<string> => {
  const directory = fileURLToPath(new URL("../..", import.meta.url));
  const graph = stackGraph(await readGraph({ directory, stack: "dev" }));
  return page(
    "Architecture",
    "Who calls, triggers, reads and writes whom in the stack `dev`, from the routes, event sources and roles that the " +
      "program registers: `nexus graph --format mermaid`. Queues for failures, of which every function has one, are left " +
      "out; `--format json` has all.",
    code("mermaid", toMermaid(graph)),
    "## What the sides may have to do with each other",
    "- A command comes over its route alone, is decided from the log and its snapshots, and is appended to the log. The " +
      "command side has no permission, environment, route or event source on the query side.\n" +
      "- The router follows the log's stream and puts events on the bus. Nobody else may, but the command side itself.\n" +
      "- The query side is fed by the bus alone. A projection may read the log to fill a gap, a temporal query to answer " +
      "for an instant; the functions behind plain queries may not.\n" +
      "- Nobody reads the bus but the functions of projections, which have the version gate.",
    "[nexus-lambda-function-decouple-sides](policies/nexus-lambda-function-decouple-sides.md) and " +
      "[nexus-lambda-mapping-guard-bus](policies/nexus-lambda-mapping-guard-bus.md) refuse the rest, by the same graph: " +
      "in the picture such an edge is red.",
  );
};
