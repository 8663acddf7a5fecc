import type { DependencyGraph, Node, Side } from "../../policy-pack/graph/model.ts";

/** An arrow of a picture: all that one resource has to do with another. */
export interface Arrow {
  readonly from: Node;
  readonly to: Node;
  readonly label: string;
  readonly forbidden: boolean;
}

export interface Picture {
  readonly groups: readonly { readonly side: Side; readonly title: string; readonly nodes: readonly Node[] }[];
  readonly arrows: readonly Arrow[];
  /** A short name of each node, unique in the picture. */
  idOf(node: Node): string;
}

const TITLES: Readonly<Record<Side, string>> = {
  command: "Command side",
  bus: "Bus",
  query: "Query side",
  neutral: "Beside them",
};

/**
 * What is worth drawing: without the queues for failures, which every function has, and without what a function is only
 * told of, unless it must not be.
 */
export const pictureOf = ({ nodes, edges }: DependencyGraph): Picture => {
  const shown = nodes.filter(({ kind, side }) => !(kind === "queue" && side === "neutral"));
  const byId = new Map(shown.map((node) => [node.id, node]));
  const arrows = new Map<string, Arrow>();
  for (const { from, to, verb, forbidden } of edges) {
    const [start, end] = [byId.get(from), byId.get(to)];
    if (start === undefined || end === undefined || (verb === "knows" && forbidden === undefined)) continue;
    const earlier = arrows.get(`${from} ${to}`);
    arrows.set(`${from} ${to}`, {
      from: start,
      to: end,
      label: [...new Set([...(earlier?.label.split(", ") ?? []), verb])].join(", "),
      forbidden: forbidden !== undefined || earlier?.forbidden === true,
    });
  }
  const ids = new Map(shown.map((node, index) => [node.id, `n${index + 1}`]));
  const groups = (Object.keys(TITLES) as Side[]).map((side) => ({
    ...{ side, title: TITLES[side] },
    nodes: shown.filter((node) => node.side === side),
  }));
  return {
    groups: groups.filter((group) => group.nodes.length > 0),
    arrows: [...arrows.values()],
    idOf: ({ id }) => ids.get(id) ?? "n0",
  };
};
