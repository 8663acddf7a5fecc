import type { DependencyGraph, Kind } from "../../policy-pack/graph/model.ts";
import { pictureOf } from "./picture.ts";

const SHAPES: Readonly<Record<Kind, string>> = {
  route: "oval",
  socket: "oval",
  policy: "oval",
  function: "box",
  table: "cylinder",
  domain: "cylinder",
  stream: "hexagon",
  topic: "hexagon",
  queue: "cds",
};

const text = (value: string): string => JSON.stringify(value);

/** A graph in the language of Graphviz. Forbidden edges are bold and red. */
export const toDot = (graph: DependencyGraph): string => {
  const { groups, arrows, idOf } = pictureOf(graph);
  const lines = ["digraph service {", "  rankdir=LR;"];
  for (const { side, title, nodes } of groups) {
    lines.push(`  subgraph cluster_${side} {`, `    label=${text(title)};`);
    for (const node of nodes) lines.push(`    ${idOf(node)} [label=${text(node.name)}, shape=${SHAPES[node.kind]}];`);
    lines.push("  }");
  }
  for (const { from, to, label, forbidden } of arrows)
    lines.push(
      `  ${idOf(from)} -> ${idOf(to)} [label=${text(forbidden ? `FORBIDDEN: ${label}` : label)}${forbidden ? ", color=red, fontcolor=red, style=bold" : ""}];`,
    );
  return `${[...lines, "}"].join("\n")}\n`;
};
