import { describe } from "vitest";
import { SqliteReadModelStore } from "../../../../runtime/adapters/sqlite/sqlite-read-model-store.ts";
import { readModelContract } from "../../../contracts/read-model/read-model-contract.ts";
import { FixedRuntime } from "../../../support/counter/runtime.ts";

describe("the read model on SQLite", () => {
  const store = new SqliteReadModelStore(":memory:", new FixedRuntime().digest);
  readModelContract(() => store);
});
