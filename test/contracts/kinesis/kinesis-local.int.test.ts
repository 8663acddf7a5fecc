import { afterAll, beforeAll, describe } from "vitest";
import { startKinesisLocal } from "../../support/engines/kinesis-local.ts";
import type { Engine } from "./client.ts";
import { recordsContract } from "./records-contract.ts";
import { streamsContract } from "./streams-contract.ts";

describe("kinesis-local", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startKinesisLocal();
  });
  afterAll(() => engine.close());
  // It takes half a gigabyte: one for both suites.
  const shared = async () => ({ endpoint: engine.endpoint, close: async () => {} });

  streamsContract(shared);
  recordsContract(shared);
});
