import { ACCOUNT_ID, AwsError } from "../../contract.ts";
import { type Action, action, integer, required, text, textMap } from "../../json-parameters.ts";
import type { KinesisEngine } from "../engine.ts";
import type { Consumer, Stream } from "../stream.ts";
import { NAME, seconds, streamAddress } from "./shapes.ts";

const MAX_CONSUMERS = 20;

const describe = (consumer: Consumer) => ({
  ConsumerName: consumer.name,
  ConsumerARN: consumer.arn,
  ConsumerStatus: "ACTIVE",
  ConsumerCreationTimestamp: seconds(consumer.createdAt),
});

const consumerAddress = {
  StreamARN: streamAddress.StreamARN,
  ConsumerName: text(NAME),
  ConsumerARN: text({ minLength: 1, maxLength: 2048, pattern: /^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/\S+$/ }),
};

type Address = { readonly StreamARN?: string; readonly ConsumerName?: string; readonly ConsumerARN?: string };

/** By its ARN, or by its name and its stream's ARN. */
const find = (engine: KinesisEngine, address: Address): { stream: Stream; consumer: Consumer } => {
  const { StreamARN, ConsumerName, ConsumerARN } = address;
  if (ConsumerARN === undefined && (StreamARN === undefined || ConsumerName === undefined))
    throw new AwsError(
      "InvalidArgumentException",
      "Either ConsumerARN or both of StreamARN and ConsumerName must be specified.",
    );
  const streamName = /:stream\/([^/]+)/.exec(ConsumerARN ?? StreamARN ?? "")?.[1] ?? "";
  const stream = engine.streams.get({ StreamName: streamName });
  const consumer = [...stream.consumers.values()].find(
    (candidate) => candidate.arn === ConsumerARN || (ConsumerARN === undefined && candidate.name === ConsumerName),
  );
  if (consumer === undefined)
    throw new AwsError(
      "ResourceNotFoundException",
      `Consumer ${ConsumerARN ?? ConsumerName}, account ${ACCOUNT_ID} not found.`,
    );
  return { stream, consumer };
};

const registerStreamConsumer: Action<KinesisEngine> = action(
  { StreamARN: required(streamAddress.StreamARN), ConsumerName: required(text(NAME)), Tags: textMap() },
  (engine, input) => {
    const stream = engine.streams.get(input);
    const name = input.ConsumerName;
    if (stream.consumers.has(name))
      throw new AwsError(
        "ResourceInUseException",
        `Consumer ${name} under stream ${stream.name} already exists for account ${ACCOUNT_ID}.`,
      );
    if (stream.consumers.size >= MAX_CONSUMERS)
      throw new AwsError(
        "LimitExceededException",
        `Stream ${stream.name} under account ${ACCOUNT_ID} has reached the limit of ${MAX_CONSUMERS} consumers.`,
      );
    const createdAt = engine.now();
    const arn = `${stream.arn}/consumer/${name}:${Math.floor(createdAt / 1000)}`;
    const consumer = { name, arn, createdAt };
    engine.transaction(() => {
      engine.streams.addConsumer(stream, consumer);
      engine.tags.add(arn, input.Tags ?? {});
    });
    // New consumers answer CREATING on AWS; here they can be used at once.
    return { Consumer: describe(consumer) };
  },
);

const deregisterStreamConsumer: Action<KinesisEngine> = action(consumerAddress, (engine, input) => {
  const { stream, consumer } = find(engine, input);
  engine.transaction(() => engine.streams.deleteConsumer(stream, consumer));
  return {};
});

const describeStreamConsumer: Action<KinesisEngine> = action(consumerAddress, (engine, input) => {
  const { stream, consumer } = find(engine, input);
  return { ConsumerDescription: { ...describe(consumer), StreamARN: stream.arn } };
});

const listStreamConsumers: Action<KinesisEngine> = action(
  {
    StreamARN: required(streamAddress.StreamARN),
    NextToken: text({ minLength: 1 }),
    MaxResults: integer(1, 10_000),
  },
  (engine, input) => {
    const stream = engine.streams.get(input);
    const rest = [...stream.consumers.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .filter((consumer) => consumer.name > (input.NextToken ?? ""));
    const page = rest.slice(0, input.MaxResults ?? 100);
    const more = page.length < rest.length;
    return { Consumers: page.map(describe), ...(more ? { NextToken: page.at(-1)?.name } : {}) };
  },
);

export const consumerActions = {
  RegisterStreamConsumer: registerStreamConsumer,
  DeregisterStreamConsumer: deregisterStreamConsumer,
  DescribeStreamConsumer: describeStreamConsumer,
  ListStreamConsumers: listStreamConsumers,
};
