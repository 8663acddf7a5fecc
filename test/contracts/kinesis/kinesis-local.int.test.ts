import { describe } from "vitest";
import { startKinesisLocal } from "../../support/engines/kinesis-local.ts";
import { recordsContract } from "./records-contract.ts";
import { streamsContract } from "./streams-contract.ts";

describe("kinesis-local", () => {
  streamsContract(startKinesisLocal);
  recordsContract(startKinesisLocal);
});
