import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startEngine } from "./engine-process.ts";
import { resolveJars } from "./jars.ts";
import { requireJava } from "./requirements.ts";

export interface DynamoDbLocal {
  /** Base URL; it listens on every interface, since DynamoDB Local has no option to bind to one. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Starts AWS's DynamoDB Local, in memory and empty. Any credentials do. */
export const startDynamoDbLocal = async (): Promise<DynamoDbLocal> => {
  const jars = await resolveJars("dynamodb-local");
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "nexus-dynamodb-local-"));
  const command = [
    requireJava("DynamoDB Local"),
    `-Djava.library.path=${jars}`,
    "-cp",
    `${jars}/*`,
    "software.amazon.dynamodb.services.local.main.ServerRunner",
    ...["-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(port)],
  ];
  const endpoint = `http://127.0.0.1:${port}`;
  const engine = await startEngine("DynamoDB Local", command, { cwd: folder, url: endpoint });
  return {
    endpoint,
    close: async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
