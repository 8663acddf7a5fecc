import type { PolicyResource } from "@pulumi/policy";
import type { NexusPolicy } from "../../../policy-pack/define.ts";

export interface Found {
  readonly policy: string;
  readonly name: string;
  readonly message: string;
}

/** What policies say of the resources of a program. `config` is their setting; without it they have their defaults. */
export const evaluate = (
  policies: readonly NexusPolicy[],
  resources: readonly PolicyResource[],
  config: object = {},
): readonly Found[] => {
  const common = {
    stackTags: new Map(),
    getConfig: <T extends object>() => config as T,
    notApplicable: (): never => {
      throw new Error("not applicable");
    },
  };
  const found: Found[] = [];
  for (const policy of policies) {
    const tell = (message: string, urn = "") =>
      found.push({ policy: policy.name, name: urn.split("::")[3] ?? "", message });
    if ("validateStack" in policy) void policy.validateStack({ ...common, resources: [...resources] }, tell);
    else
      for (const validate of [policy.validateResource ?? []].flat())
        for (const resource of resources)
          void validate({ ...common, ...plainArgs(resource) }, (message) => tell(message, resource.urn));
  }
  return found;
};

const plainArgs = ({ type, props, urn, name, opts }: PolicyResource) => ({
  ...{ type, props, urn, name, opts },
  isType: () => true,
  asType: () => undefined,
});

/** Stands for a value that the SDK gives in a preview: to read it throws. */
export const withUnknown = (props: Record<string, unknown>, ...path: readonly string[]): Record<string, unknown> => {
  const [key = "", ...rest] = path;
  const inner = props[key];
  if (rest.length > 0) return { ...props, [key]: withUnknown((inner ?? {}) as Record<string, unknown>, ...rest) };
  class UnknownValueError extends Error {}
  return Object.defineProperty({ ...props }, key, {
    enumerable: true,
    get: () => {
      throw new UnknownValueError(`${key} can't be known during preview`);
    },
  });
};
