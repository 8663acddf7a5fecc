import definition from "nexus:service";
import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { clientConfiguration } from "../../../runtime/adapters/aws/clients.ts";
import { MemorySchemaStore } from "../../../runtime/adapters/memory/memory-schema-store.ts";
import { nodeRuntime } from "../../../runtime/adapters/node/node-runtime.ts";
import { openReadModel } from "../../../runtime/adapters/read-model/open-read-model.ts";
import { S3SnapshotBodies } from "../../../runtime/adapters/s3/s3-snapshot-bodies.ts";
import { SchemaRegistry } from "../../../runtime/application/schema-registry.ts";
import { ServiceCatalog } from "../../../runtime/kernel/catalog.ts";
import { telemetry } from "../../../runtime/middleware/telemetry.ts";

/** Each needs what is loaded late: a part of the archive, or a builtin. */
const uses = {
  "s3-client": async () => {
    const bodies = new S3SnapshotBodies(clientConfiguration("eu-west-1"), "snapshots");
    await bodies.put("key", Buffer.from("kept"));
    return Buffer.from(await bodies.get("key")).toString();
  },
  "schema-evolution": async () => {
    const store = new MemorySchemaStore();
    const registry = new SchemaRegistry({
      catalog: new ServiceCatalog(definition),
      store,
      runtime: nodeRuntime,
      telemetry,
    });
    const { changes } = await registry.checkCompatibility([{ type: "string" }], { type: "number" }, "BACKWARD");
    return changes.some(({ breaking }) => breaking);
  },
  "sqlite-read-model-store": async () => {
    const store = await openReadModel("sqlite::memory:", "eu-west-1", nodeRuntime.digest);
    return typeof store.search;
  },
  "open-opensearch": async () => {
    const store = await openReadModel(process.env["OPENSEARCH_URL"] ?? "", "eu-west-1", nodeRuntime.digest);
    const [projection] = definition.projections;
    if (projection === undefined) throw new Error("the service has no projection");
    await store.prepare(projection);
    const outcomes = await store.upsert(projection, [{ id: "1", version: 1, document: undefined }]);
    const documents = await store.get(projection, ["1"]);
    const { total } = await store.query(projection, { filters: [], limit: 1 });
    return [...outcomes, documents.size, total];
  },
  http2: async () => {
    const { StreamNames } = await new KinesisClient({}).send(new ListStreamsCommand({}));
    return StreamNames;
  },
};

export const handler = async (use: keyof typeof uses): Promise<unknown> => uses[use]();
