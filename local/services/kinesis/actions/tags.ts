import { ACCOUNT_ID, AwsError } from "../../contract.ts";
import { action, integer, list, required, text, textMap } from "../../json-parameters.ts";
import type { KinesisEngine } from "../engine.ts";
import { streamAddress } from "./shapes.ts";

const tagKey = text({ minLength: 1, maxLength: 128 });
const resourceArn = { ResourceARN: required(text({ minLength: 1, maxLength: 2048 })) };

/** Throws ResourceNotFoundException unless the ARN is that of a stream or consumer. */
const requireResource = (engine: KinesisEngine, arn: string): string => {
  const known = engine.streams
    .list()
    .some((stream) => stream.arn === arn || [...stream.consumers.values()].some((consumer) => consumer.arn === arn));
  if (!known) throw new AwsError("ResourceNotFoundException", `Resource ${arn} under account ${ACCOUNT_ID} not found.`);
  return arn;
};

const add = (engine: KinesisEngine, arn: string, tags: Readonly<Record<string, string>>) => {
  engine.transaction(() => engine.tags.add(arn, tags));
  return {};
};

const remove = (engine: KinesisEngine, arn: string, names: readonly string[]) => {
  engine.transaction(() => engine.tags.remove(arn, names));
  return {};
};

export const tagActions = {
  AddTagsToStream: action({ ...streamAddress, Tags: required(textMap()) }, (engine: KinesisEngine, input) =>
    add(engine, engine.streams.get(input).arn, input.Tags),
  ),
  RemoveTagsFromStream: action(
    { ...streamAddress, TagKeys: required(list(tagKey, 1, 50)) },
    (engine: KinesisEngine, input) => remove(engine, engine.streams.get(input).arn, input.TagKeys),
  ),
  ListTagsForStream: action(
    { ...streamAddress, ExclusiveStartTagKey: tagKey, Limit: integer(1, 50) },
    (engine: KinesisEngine, input) => {
      const all = engine.tags.list(engine.streams.get(input).arn);
      const rest = all.filter((tag) => tag.Key > (input.ExclusiveStartTagKey ?? ""));
      const page = rest.slice(0, input.Limit ?? 50);
      return { Tags: page, HasMoreTags: page.length < rest.length };
    },
  ),
  TagResource: action({ ...resourceArn, Tags: required(textMap()) }, (engine: KinesisEngine, input) =>
    add(engine, requireResource(engine, input.ResourceARN), input.Tags),
  ),
  UntagResource: action({ ...resourceArn, TagKeys: required(list(tagKey, 1, 50)) }, (engine: KinesisEngine, input) =>
    remove(engine, requireResource(engine, input.ResourceARN), input.TagKeys),
  ),
  ListTagsForResource: action(resourceArn, (engine: KinesisEngine, input) => ({
    Tags: engine.tags.list(requireResource(engine, input.ResourceARN)),
  })),
};
