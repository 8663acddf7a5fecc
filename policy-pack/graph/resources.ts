import type { PolicyResource } from "@pulumi/policy";

/** A registered resource as the graph needs it, from whichever engine. To read an unknown prop may throw: see `known`. */
export interface GraphResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** URNs that the value of an input comes from: known in a preview, where the value is not. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

/** The registered resources by URN and by type. */
export class ResourceIndex {
  readonly all: readonly GraphResource[];
  readonly #byUrn: ReadonlyMap<string, GraphResource>;

  constructor(all: readonly GraphResource[]) {
    this.all = all;
    this.#byUrn = new Map(all.map((resource) => [resource.urn, resource]));
  }

  find(urn: string): GraphResource | undefined {
    return this.#byUrn.get(urn);
  }

  ofType(...types: string[]): readonly GraphResource[] {
    return this.all.filter(({ type }) => types.includes(type));
  }

  /** What the value of an input comes from, of the given types. */
  sources(resource: GraphResource, property: string, ...types: string[]): readonly GraphResource[] {
    return (resource.sources[property] ?? [])
      .map((urn) => this.find(urn))
      .filter((source) => source !== undefined)
      .filter(({ type }) => types.length === 0 || types.includes(type));
  }
}

/** The resources of a stack policy. */
export const indexOf = (resources: readonly PolicyResource[]): ResourceIndex =>
  new ResourceIndex(
    resources.map(({ urn, type, name, props, propertyDependencies }) => ({
      urn,
      type,
      name,
      props,
      sources: Object.fromEntries(
        Object.entries(propertyDependencies).map(([property, sources]) => [property, sources.map((one) => one.urn)]),
      ),
    })),
  );
