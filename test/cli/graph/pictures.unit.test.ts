import { describe, expect, test } from "vitest";
import { toDot } from "../../../cli/graph/dot.ts";
import { toMermaid } from "../../../cli/graph/mermaid.ts";
import type { DependencyGraph } from "../../../policy-pack/graph/model.ts";

const graph: DependencyGraph = {
  nodes: [
    { id: "urn:core", name: "core", kind: "stream", side: "bus" },
    { id: "urn:commands", name: "commands", kind: "function", side: "command" },
    { id: "urn:events", name: "events", kind: "table", side: "command" },
    { id: "urn:failures", name: "failures", kind: "queue", side: "neutral" },
    { id: "urn:domain", name: 'read "model"', kind: "domain", side: "query" },
  ],
  edges: [
    { from: "urn:commands", to: "urn:events", verb: "reads", via: "urn:p" },
    { from: "urn:commands", to: "urn:events", verb: "writes", via: "urn:p" },
    { from: "urn:commands", to: "urn:core", verb: "knows", via: "urn:commands" },
    { from: "urn:commands", to: "urn:failures", verb: "sends", via: "urn:p" },
    { from: "urn:commands", to: "urn:domain", verb: "knows", via: "urn:commands", forbidden: "never" },
  ],
};

test("a Mermaid picture groups by side, has one arrow between two nodes, and marks what is forbidden", () => {
  expect(toMermaid(graph)).toBe(
    [
      "flowchart LR",
      '  subgraph command["Command side"]',
      '    n2["commands"]',
      '    n3[("events")]',
      "  end",
      '  subgraph bus["Bus"]',
      '    n1{{"core"}}',
      "  end",
      '  subgraph query["Query side"]',
      '    n4[("read &quot;model&quot;")]',
      "  end",
      "  n2 -- reads, writes --> n3",
      '  n2 == "FORBIDDEN: knows" ==> n4',
      "  linkStyle 1 stroke:#c00,color:#c00",
      "",
    ].join("\n"),
  );
});

describe("a Graphviz picture", () => {
  test("says the same", () => {
    expect(toDot(graph)).toBe(
      [
        "digraph service {",
        "  rankdir=LR;",
        "  subgraph cluster_command {",
        '    label="Command side";',
        '    n2 [label="commands", shape=box];',
        '    n3 [label="events", shape=cylinder];',
        "  }",
        "  subgraph cluster_bus {",
        '    label="Bus";',
        '    n1 [label="core", shape=hexagon];',
        "  }",
        "  subgraph cluster_query {",
        '    label="Query side";',
        '    n4 [label="read \\"model\\"", shape=cylinder];',
        "  }",
        '  n2 -> n3 [label="reads, writes"];',
        '  n2 -> n4 [label="FORBIDDEN: knows", color=red, fontcolor=red, style=bold];',
        "}",
        "",
      ].join("\n"),
    );
  });
});
