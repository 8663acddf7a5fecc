import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

/** The folder of the pages, from the root of the package. Each policy has one, made by `npm run docs`. */
export const PAGES = "docs/policies";

interface Page {
  /** Where the owner of the service explains what the rule rests on. */
  readonly source: string;
}

export type NexusResourcePolicy = ResourceValidationPolicy & Page;
export type NexusStackPolicy = StackValidationPolicy & Page;
export type NexusPolicy = NexusResourcePolicy | NexusStackPolicy;

type Own<Policy> = Omit<Policy, "enforcementLevel" | "url">;

/** A rule on the inputs of one resource: mandatory, with its page. */
export const resourcePolicy = (policy: Own<NexusResourcePolicy>): NexusResourcePolicy => ({
  enforcementLevel: "mandatory",
  url: `${PAGES}/${policy.name}.md`,
  ...policy,
});

/** A rule across resources: mandatory, with its page. */
export const stackPolicy = (policy: Own<NexusStackPolicy>): NexusStackPolicy => ({
  enforcementLevel: "mandatory",
  url: `${PAGES}/${policy.name}.md`,
  ...policy,
});
