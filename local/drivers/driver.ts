import type { Realised } from "../engine/registration.ts";
import type { Properties } from "../engine/values.ts";
import type { Cloud } from "./cloud.ts";

/** What a driver is asked to make. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  /** The name in the program. */
  readonly name: string;
  readonly inputs: Properties;
  /** Pulumi's automatic name, `<name>-<7 hex>`: stable for the life of the resource, new after a replacement. */
  readonly autoName: string;
  /** Tags that the stack's configuration puts on every resource of the provider. */
  readonly defaultTags: Readonly<Record<string, string>>;
}

/** What is known of a resource that exists. */
export interface SavedResource {
  readonly id: string;
  readonly inputs: Properties;
  /** Inputs and computed outputs together, as of the last run. */
  readonly outputs: Properties;
}

/** Turns resources of one type into something that runs. Errors are plain sentences; the engine adds which resource. */
export interface Driver {
  /** True when something comes of it that behaves; false when it is only recorded. Default true. */
  readonly simulated?: boolean;
  /** Inputs whose change needs a new resource, as the AWS provider documents it. */
  readonly replaceOnChangeOf?: readonly string[];
  /** Makes it. Must succeed when a run that was killed has made it already. */
  create(cloud: Cloud, resource: Resource): Promise<Realised>;
  /** An unchanged resource of an earlier run: puts back what its service does not keep, and answers with live addresses. */
  restore(cloud: Cloud, resource: Resource, saved: SavedResource): Promise<Properties>;
  /** Changes it in place. Without it every change is a replacement. */
  update?(cloud: Cloud, resource: Resource, saved: SavedResource): Promise<Properties>;
  /** Takes it away. Must succeed when it is gone already. */
  delete(cloud: Cloud, saved: SavedResource): Promise<void>;
}

interface PutDriver {
  readonly simulated?: boolean;
  readonly replaceOnChangeOf?: readonly string[];
  /** Makes it or makes it so; `saved` is missing the first time. */
  put(cloud: Cloud, resource: Resource, saved: SavedResource | undefined): Promise<Realised> | Realised;
  delete?(cloud: Cloud, saved: SavedResource): Promise<unknown> | unknown;
}

/** A driver for services where to create, to change and to put back is one idempotent operation. */
export const putDriver = ({ put, delete: remove, ...rest }: PutDriver): Driver => {
  const again = async (cloud: Cloud, resource: Resource, saved: SavedResource) =>
    (await put(cloud, resource, saved)).outputs;
  return {
    ...rest,
    create: async (cloud, resource) => put(cloud, resource, undefined),
    restore: again,
    update: again,
    delete: async (cloud, saved) => {
      await remove?.(cloud, saved);
    },
  };
};
