import type { Resource } from "./driver.ts";
import { textRecord } from "./inputs.ts";

/** The resource's own tags over those that the stack puts on everything. */
export const tagsOf = (resource: Resource): Record<string, string> => ({
  ...resource.defaultTags,
  ...textRecord(resource.inputs, "tags"),
});

/** Tags as most AWS APIs take them. */
export const tagList = (resource: Resource): { Key: string; Value: string }[] =>
  Object.entries(tagsOf(resource)).map(([Key, Value]) => ({ Key, Value }));
