import { parentPort, workerData } from "node:worker_threads";
import { keepCompiledCode } from "../compile-cache.ts";
import { analyzeGraph, type PreviewedResource } from "./analyze.ts";
import type { GateAnswer } from "./gate.ts";
import { loadPack } from "./pack.ts";

/** The worker of `gate.ts`: loads one pack at start, evaluates one graph, and is then let go with all it loaded. */
const port = parentPort;
if (port === null) throw new Error("this module is the worker of the policy gate");

const answer = (message: GateAnswer): void => port.postMessage(message);

keepCompiledCode(process.cwd());
const loading = loadPack(workerData as string);
loading.catch(() => {});

port.once("message", (resources: readonly PreviewedResource[]) => {
  loading
    .then(async (analyzer) =>
      answer({
        packName: analyzer.packName,
        policyCount: analyzer.policyCount,
        violations: await analyzeGraph(analyzer, resources),
      }),
    )
    .catch((error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }));
});
