import { describe } from "vitest";
import { MemorySchemaStore } from "../../../../runtime/adapters/memory/memory-schema-store.ts";
import { schemaStoreContract } from "../../../contracts/schema-store/schema-store-contract.ts";

describe("schemas in memory", () => schemaStoreContract(async () => new MemorySchemaStore()));
