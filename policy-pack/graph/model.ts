import type { GraphResource } from "./resources.ts";

export type Kind = "route" | "function" | "table" | "stream" | "topic" | "queue" | "domain" | "socket" | "policy";

/** What a node belongs to. Nothing but the bus stands between commands and queries; `neutral` is what neither owns. */
export type Side = "command" | "bus" | "query" | "neutral";

export type Verb =
  | "calls"
  | "invokes"
  | "triggers"
  | "delivers"
  | "follows"
  | "reads"
  | "writes"
  | "sends"
  /** Is told of it in its environment. */
  | "knows";

export interface Node {
  /** URN. */
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  readonly side: Side;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly verb: Verb;
  /** URN of the resource that makes it so: a role's policy, a mapping, a route. */
  readonly via: string;
  /** Why the architecture has no such edge. */
  readonly forbidden?: string;
}

export interface DependencyGraph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** An edge before it is judged. */
export interface Link {
  readonly from: GraphResource;
  readonly to: GraphResource;
  readonly verb: Verb;
  readonly via: GraphResource;
}
