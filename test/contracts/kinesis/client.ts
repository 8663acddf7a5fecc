import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  KinesisClient,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** An engine under test. */
export interface Engine {
  readonly endpoint: string;
  close(): Promise<void>;
}

export type StartEngine = () => Promise<Engine>;

export const connect = (endpoint: string): KinesisClient =>
  new KinesisClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    // The client's default is HTTP/2, which neither engine speaks without TLS.
    requestHandler: new NodeHttpHandler(),
  });

/** Asks again until the engine has caught up: stream states change in the background on one of them. */
export const eventually = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error("the engine did not get there within 10 s");
    await new Promise((resolve) => setImmediate(resolve));
  }
};

export const active = (client: KinesisClient, StreamName: string) =>
  eventually(async () => {
    const { StreamDescription: stream } = await client.send(new DescribeStreamCommand({ StreamName }));
    return stream?.StreamStatus === "ACTIVE" ? stream : undefined;
  });

let streams = 0;

/** A stream of its own for a test, ready for use. */
export const newStream = async (client: KinesisClient, ShardCount = 1): Promise<string> => {
  const StreamName = `stream-${process.pid}-${streams++}`;
  await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
  await active(client, StreamName);
  return StreamName;
};

type From = Omit<GetShardIteratorCommandInput, "StreamName" | "ShardId">;

export const iterator = async (
  client: KinesisClient,
  StreamName: string,
  from: From = { ShardIteratorType: "TRIM_HORIZON" },
  ShardId = "shardId-000000000000",
): Promise<string> => {
  const answer = await client.send(new GetShardIteratorCommand({ StreamName, ShardId, ...from }));
  return answer.ShardIterator ?? "";
};

/** The data of the records from a place on, as text. */
export const read = async (client: KinesisClient, ShardIterator: string, Limit?: number) => {
  const answer = await client.send(new GetRecordsCommand({ ShardIterator, ...(Limit === undefined ? {} : { Limit }) }));
  return {
    texts: (answer.Records ?? []).map((record) => Buffer.from(record.Data ?? []).toString()),
    records: answer.Records ?? [],
    next: answer.NextShardIterator,
    millisBehindLatest: answer.MillisBehindLatest,
    children: answer.ChildShards,
  };
};

/** The name of the error a call ends with, `ok` when it does not. */
export const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "ok",
    (error: Error) => error.name,
  );
