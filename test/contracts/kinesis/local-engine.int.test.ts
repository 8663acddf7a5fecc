import { describe } from "vitest";
import { serveKinesis } from "../../../local/services/kinesis/index.ts";
import { recordsContract } from "./records-contract.ts";
import { streamsContract } from "./streams-contract.ts";

const start = () => serveKinesis({ file: ":memory:", port: 0 });

describe("the local Kinesis engine", () => {
  streamsContract(start);
  recordsContract(start);
});
