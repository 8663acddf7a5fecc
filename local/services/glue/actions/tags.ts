import { type Action, action, list, required, text, textMap } from "../../json-parameters.ts";
import { type GlueEngine, invalidInput } from "../engine.ts";

const MAX_TAGS = 50;
const ResourceArn = required(text({ minLength: 1 }));

/** Throws EntityNotFoundException unless the ARN is that of a registry or schema here. */
const requireResource = (glue: GlueEngine, arn: string): string => {
  if (arn.includes(":registry/")) glue.findRegistry({ RegistryArn: arn });
  else if (arn.includes(":schema/")) glue.findSchema({ SchemaArn: arn });
  else throw invalidInput(`Tags are simulated locally for registries and schemas, not for ${arn}.`);
  return arn;
};

const tagResource: Action<GlueEngine> = action({ ResourceArn, TagsToAdd: required(textMap()) }, (glue, input) => {
  const arn = requireResource(glue, input.ResourceArn);
  glue.store.transaction(() => {
    glue.store.putTags(arn, input.TagsToAdd);
    const count = Object.keys(glue.store.tags(arn)).length;
    if (count === 0 || count > MAX_TAGS) throw invalidInput(`New Tags cannot be empty or more than ${MAX_TAGS}`);
  });
  return {};
});

const untagResource: Action<GlueEngine> = action(
  { ResourceArn, TagsToRemove: required(list(text({ minLength: 1, maxLength: 128 }), 0, MAX_TAGS)) },
  (glue, input) => {
    const arn = requireResource(glue, input.ResourceArn);
    glue.store.transaction(() => glue.store.removeTags(arn, input.TagsToRemove));
    return {};
  },
);

const getTags: Action<GlueEngine> = action({ ResourceArn }, (glue, input) => ({
  Tags: glue.store.tags(requireResource(glue, input.ResourceArn)),
}));

export const tagActions = { TagResource: tagResource, UntagResource: untagResource, GetTags: getTags };
