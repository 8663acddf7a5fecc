import { describe, expect, test } from "vitest";
import { dependencyGraph } from "../../policy-pack/graph/dependency-graph.ts";
import { indexOf } from "../../policy-pack/graph/resources.ts";
import { build, type Specs } from "./fixtures/fixture.ts";
import { lambda, mapping, rolePolicy, shop } from "./fixtures/shop.ts";

const graphOf = (change: Specs = {}) => dependencyGraph(indexOf(build({ ...shop, ...change })));

/** Edges as `from verb to`, by name. */
const edgesOf = (change: Specs = {}): string[] => {
  const { nodes, edges } = graphOf(change);
  const nameOf = (id: string) => nodes.find((node) => node.id === id)?.name;
  return edges.map(({ from, verb, to }) => `${nameOf(from)} ${verb} ${nameOf(to)}`);
};

const sideOf = (name: string, change: Specs = {}) => graphOf(change).nodes.find((node) => node.name === name)?.side;

describe("the dependency graph", () => {
  test("tells who calls, triggers, reads, writes and sends", () => {
    const edges = edgesOf();
    for (const edge of [
      "POST /api/commands/{commandType} calls commands",
      "commands writes events",
      "commands reads events",
      "commands reads snapshots",
      "commands sends snapshot-requests",
      "commands sends core",
      "events triggers router",
      "router sends core",
      "core triggers project-list",
      "standard delivers list-events",
      "list-events triggers project-list",
      "project-list writes domain",
      "project-list reads events",
      "queries reads domain",
    ])
      expect(edges).toContain(edge);
  });

  test("says nothing twice: what triggers a function is not what it follows, what it may use not what it knows", () => {
    const edges = edgesOf();
    expect(edges.filter((edge) => edge.includes(" follows ") || edge.includes(" knows "))).toEqual([]);
    expect(new Set(edges).size).toBe(edges.length);
  });

  test("shows what a function is told of without being allowed to use it", () => {
    const change = { "temporal-limits": undefined };
    expect(edgesOf(change)).toContain("temporal knows limits");
  });

  test("puts each part on its side", () => {
    expect(["commands", "snapshotter", "snapshot-requests", "events", "snapshots"].map((name) => sideOf(name))).toEqual(
      Array(5).fill("command"),
    );
    expect(["router", "core", "standard", "list-events"].map((name) => sideOf(name))).toEqual(Array(4).fill("bus"));
    expect(
      ["project-list", "queries", "temporal", "deliver", "domain", "connections", "notifications"].map((name) =>
        sideOf(name),
      ),
    ).toEqual(Array(7).fill("query"));
    expect(sideOf("limits")).toBe("neutral");
  });

  test("takes a stream that neither commands nor the router send to for no bus", () => {
    const change = {
      clicks: { type: "aws:kinesis/stream:Stream" },
      ...lambda("audit", {}),
      ...mapping("audit-clicks", "clicks", "audit"),
    };
    expect(sideOf("clicks", change)).toBe("neutral");
  });

  test("reads managed policies that are attached, and policies in the role itself", () => {
    const statement = { Effect: "Allow", Action: "es:ESHttpPost" };
    const attached = {
      managed: {
        type: "aws:iam/policy:Policy",
        props: { policy: { Statement: [statement] } },
        from: { policy: ["domain"] },
      },
      attachment: {
        type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        from: { role: ["commands-role"], policyArn: ["managed"] },
      },
    };
    const own = {
      "commands-role": {
        type: "aws:iam/role:Role",
        props: { inlinePolicies: [{ policy: JSON.stringify({ Statement: statement }) }] },
        from: { inlinePolicies: ["domain"] },
      },
    };
    for (const change of [attached, own]) expect(edgesOf(change)).toContain("commands reads domain");
  });

  test("does not depend on the order in which resources are registered", () => {
    const resources = build(shop);
    expect(dependencyGraph(indexOf([...resources].reverse()))).toEqual(dependencyGraph(indexOf(resources)));
  });

  test("marks an edge that the architecture forbids, and tells why and by what", () => {
    const change = { "commands-index": rolePolicy("commands", { actions: ["es:ESHttpPost"], on: ["domain"] }) };
    const forbidden = graphOf(change).edges.filter((edge) => edge.forbidden !== undefined);
    expect(forbidden).toEqual([
      expect.objectContaining({
        via: expect.stringMatching(/::commands-index$/),
        forbidden: "a function of the command side has nothing to do with queries",
      }),
    ]);
    expect(graphOf().edges.filter((edge) => edge.forbidden !== undefined)).toEqual([]);
  });
});
