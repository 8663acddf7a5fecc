import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

type Props = Record<string, unknown>;

const OPTIONS = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  additionalSecretOutputs: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
};

/** What a policy says of one resource. */
export const violationsOf = (policy: ResourceValidationPolicy, type: string, props: Props): string[] => {
  const messages: string[] = [];
  const args = {
    type,
    props,
    urn: `urn:pulumi:dev::test::${type}::subject`,
    name: "subject",
    opts: OPTIONS,
    stackTags: new Map(),
    isType: () => true,
    asType: () => undefined,
    getConfig: <T extends object>() => ({}) as T,
    notApplicable: (): never => {
      throw new Error("not applicable");
    },
  };
  for (const validate of [policy.validateResource ?? []].flat())
    void validate(args, (message) => messages.push(message));
  return messages;
};

export const resource = (
  type: string,
  name: string,
  props: Props,
  dependencies: Record<string, PolicyResource[]> = {},
): PolicyResource => ({
  type,
  name,
  props,
  urn: `urn:pulumi:dev::test::${type}::${name}`,
  opts: OPTIONS,
  dependencies: Object.values(dependencies).flat(),
  propertyDependencies: dependencies,
  isType: () => true,
  asType: () => undefined,
});

/** What a policy says of a stack. */
export const stackViolationsOf = (policy: StackValidationPolicy, resources: PolicyResource[]): string[] => {
  const messages: string[] = [];
  const args = {
    resources,
    stackTags: new Map(),
    getConfig: <T extends object>() => ({}) as T,
    notApplicable: (): never => {
      throw new Error("not applicable");
    },
  };
  void policy.validateStack(args, (message) => messages.push(message));
  return messages;
};

/** Stands for a value that the SDK gives in a preview: to read it throws. */
export const withUnknown = (props: Props, ...path: string[]): Props => {
  const [key = "", ...rest] = path;
  const inner = props[key];
  if (rest.length > 0) return { ...props, [key]: withUnknown((inner ?? {}) as Props, ...rest) };
  class UnknownValueError extends Error {}
  return Object.defineProperty({ ...props }, key, {
    enumerable: true,
    get: () => {
      throw new UnknownValueError(`${key} can't be known during preview`);
    },
  });
};
