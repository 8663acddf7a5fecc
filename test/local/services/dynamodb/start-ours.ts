import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveDynamoDb } from "../../../../local/services/dynamodb/index.ts";

/** Serves our engine on a file of its own, which goes when it is closed. */
export const startOurs = async () => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-dynamodb-"));
  const server = await serveDynamoDb({ file: join(folder, "dynamodb.db"), port: 0 });
  return {
    endpoint: server.endpoint,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
