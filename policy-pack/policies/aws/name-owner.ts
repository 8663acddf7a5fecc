import type { ResourceValidation } from "@pulumi/policy";
import { TAGGABLE } from "../../../components/tags.ts";
import { resourcePolicy } from "../../define.ts";
import { known, UNKNOWN } from "../../validation.ts";

const TAGS = ["Service", "Stage", "ManagedBy"];

const checkTags: ResourceValidation = ({ type, props, getConfig }, report) => {
  if (!TAGGABLE.has(type)) return;
  const { tags: wanted = TAGS } = getConfig<{ tags?: readonly string[] }>();
  const tags = known(() => props["tags"] as Record<string, unknown> | undefined);
  if (tags === UNKNOWN) return;
  const missing = wanted.filter((tag) => tags === undefined || known(() => tags[tag]) === undefined);
  if (missing.length > 0) report(`It has no tag ${missing.join(", ")}. Make it below a component of the service.`);
};

export const nameOwner = resourcePolicy({
  name: "nexus-aws-resource-name-owner",
  description: "Every resource that takes tags says which service and stage it belongs to and who manages it.",
  severity: "low",
  configSchema: { properties: { tags: { type: "array", items: { type: "string" }, default: TAGS } } },
  remediationSteps:
    "Make the resource a child of one of the components, which tag all that is below them, or set tags.",
  source: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
  validateResource: checkTags,
});
