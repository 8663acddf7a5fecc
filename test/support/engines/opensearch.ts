import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startEngine } from "./engine-process.ts";
import { resolveJars } from "./jars.ts";
import { requireJava } from "./requirements.ts";

export interface OpenSearchNode {
  /** Base URL, plain HTTP without authentication. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one real OpenSearch node on 127.0.0.1 with an empty data folder, which goes when it is closed. */
export const startOpenSearch = async (): Promise<OpenSearchNode> => {
  const jars = await resolveJars("opensearch");
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "nexus-opensearch-"));
  const command = [
    requireJava("OpenSearch"),
    "-Xmx768m",
    "--enable-native-access=ALL-UNNAMED",
    "-cp",
    `${jars}/*`,
    join(import.meta.dirname, "opensearch", "SingleNode.java"),
    folder,
    String(port),
  ];
  const url = `http://127.0.0.1:${port}`;
  const engine = await startEngine("OpenSearch", command, { cwd: folder, url });
  return {
    url,
    close: async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
