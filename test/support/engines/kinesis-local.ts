import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startEngine } from "./engine-process.ts";

export interface KinesisLocal {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Starts kinesis-local (kinesis-mock as an npm package), in memory and empty, so it needs no Java. Any credentials do;
 * it speaks HTTP/1.1 alone.
 */
export const startKinesisLocal = async (): Promise<KinesisLocal> => {
  const program = fileURLToPath(import.meta.resolve("kinesis-local"));
  const [plainPort, tlsPort] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${plainPort}`;
  const durations = [
    ...["CREATE_STREAM", "DELETE_STREAM", "REGISTER_STREAM_CONSUMER", "DEREGISTER_STREAM_CONSUMER", "SPLIT_SHARD"],
    ...[
      "MERGE_SHARDS",
      "UPDATE_SHARD_COUNT",
      "UPDATE_STREAM_MODE",
      "START_STREAM_ENCRYPTION",
      "STOP_STREAM_ENCRYPTION",
    ],
  ];
  const engine = await startEngine("kinesis-local", [process.execPath, program], {
    // It reads its TLS certificate from the working directory.
    cwd: dirname(program),
    url: `${endpoint}/healthcheck`,
    environment: {
      KINESIS_MOCK_PLAIN_PORT: String(plainPort),
      KINESIS_MOCK_TLS_PORT: String(tlsPort),
      AWS_REGION: "eu-west-1",
      ...Object.fromEntries(durations.map((name) => [`${name}_DURATION`, "1ms"])),
    },
  });
  return { endpoint, close: () => engine.close() };
};
