import type { DependencyGraph, Kind } from "../../policy-pack/graph/model.ts";
import { pictureOf } from "./picture.ts";

const SHAPES: Readonly<Record<Kind, readonly [open: string, close: string]>> = {
  route: ["([", "])"],
  socket: ["([", "])"],
  policy: ["([", "])"],
  function: ["[", "]"],
  table: ["[(", ")]"],
  domain: ["[(", ")]"],
  stream: ["{{", "}}"],
  topic: ["{{", "}}"],
  queue: ["[[", "]]"],
};

const text = (value: string): string => `"${value.replaceAll('"', "&quot;")}"`;

/** A Mermaid flowchart, as GitHub draws it in Markdown. Forbidden edges are thick and red. */
export const toMermaid = (graph: DependencyGraph): string => {
  const { groups, arrows, idOf } = pictureOf(graph);
  const lines = ["flowchart LR"];
  for (const { side, title, nodes } of groups) {
    lines.push(`  subgraph ${side}[${text(title)}]`);
    for (const node of nodes) {
      const [open, close] = SHAPES[node.kind];
      lines.push(`    ${idOf(node)}${open}${text(node.name)}${close}`);
    }
    lines.push("  end");
  }
  for (const { from, to, label, forbidden } of arrows)
    lines.push(
      forbidden
        ? `  ${idOf(from)} == ${text(`FORBIDDEN: ${label}`)} ==> ${idOf(to)}`
        : `  ${idOf(from)} -- ${label} --> ${idOf(to)}`,
    );
  const red = arrows.flatMap(({ forbidden }, index) => (forbidden ? [index] : []));
  if (red.length > 0) lines.push(`  linkStyle ${red.join(",")} stroke:#c00,color:#c00`);
  return `${lines.join("\n")}\n`;
};
