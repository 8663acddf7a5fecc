import { relative } from "node:path";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { Registration, SourcePosition } from "./registration.ts";
import { makeUrn, nameOf, typeOf } from "./urn.ts";
import { type Properties, plainProperties } from "./values.ts";

interface StackName {
  readonly project: string;
  readonly stack: string;
}

/** Wire inputs of a request, as they came. */
export const wireInputs = (request: RegisterResourceRequest): Properties =>
  (request.getObject()?.toJavaScript() ?? {}) as Properties;

/** Reads a registration off the wire. `inputs` are given apart because transforms may have replaced them. */
export const decodeRegistration = (
  request: RegisterResourceRequest,
  inputs: Properties,
  stack: StackName,
): Registration => {
  const propertyDependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((urns, property) => {
    if (urns.getUrnsList().length > 0) propertyDependencies[property] = urns.getUrnsList();
  });
  const parent = request.getParent();
  return {
    urn: makeUrn(stack, parent, request.getType(), request.getName()),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    remote: request.getRemote(),
    parent,
    provider: request.getProvider(),
    inputs: plainProperties(inputs),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    options: {
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      deleteBeforeReplace: request.getDeletebeforereplace(),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      aliases: [
        ...request.getAliasurnsList(),
        ...request.getAliasesList().map((alias) => aliasUrn(alias, request, stack)),
      ],
    },
    source: sourceOf(request),
  };
};

/** An alias names what differed before; everything it leaves out is as it is now. */
const aliasUrn = (alias: Alias, request: RegisterResourceRequest, stack: StackName): string => {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  const parent = spec.getNoparent() ? "" : spec.getParenturn() || request.getParent();
  return makeUrn(
    { project: spec.getProject() || stack.project, stack: spec.getStack() || stack.stack },
    parent,
    spec.getType() || request.getType(),
    spec.getName() || request.getName(),
  );
};

/** The URNs a child would have had below its parent's former URNs. */
export const inheritedAliases = (registration: Registration, parentAliases: readonly string[], stack: StackName) =>
  parentAliases.map((parent) => {
    // A child named after its parent is renamed with it: `orders-table` below `orders`.
    const [was, is] = [nameOf(parent), nameOf(registration.parent)];
    const name = registration.name.startsWith(is) ? was + registration.name.slice(is.length) : registration.name;
    return makeUrn(stack, parent, typeOf(registration.urn), name);
  });

const sourceOf = (request: RegisterResourceRequest): SourcePosition | undefined => {
  const position = request.getSourceposition();
  if (position === undefined || position.getUri() === "") return undefined;
  return { file: readable(position.getUri()), line: position.getLine() };
};

/** `file:///x/index.ts`, `project:///index.ts`, or, for ES modules, either with `/file:/x/index.ts` at its end. */
const readable = (uri: string): string => {
  const absolute = /.*file:\/+(.*)$/.exec(uri)?.[1];
  return absolute === undefined ? uri.replace(/^project:\/+/, "") : relative(process.cwd(), `/${absolute}`);
};
