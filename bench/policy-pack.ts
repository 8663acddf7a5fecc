import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type { AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { Registration } from "../local/engine/registration.ts";
import { analyzeGraph, type Violation } from "../local/policy/analyze.ts";
import { openPolicyGate } from "../local/policy/gate.ts";
import { readGraph } from "../local/preview-stack.ts";
import { type BenchResult, compare } from "./result.ts";

const ROUNDS = 7;
const PACK = fileURLToPath(new URL("../policy-pack", import.meta.url));
const { version } = createRequire(import.meta.url)("@pulumi/policy/package.json") as { version: string };

/** The gate of `nexus up` and `nexus preview`: from nothing to a verdict. */
const byGate = async (graph: readonly Registration[]): Promise<readonly Violation[]> => {
  const gate = openPolicyGate(PACK);
  try {
    return (await gate.evaluate(graph)).violations;
  } finally {
    await gate.close();
  }
};

/** The process that the Pulumi CLI starts for a pack, asked over its own protocol, from its start to the same verdict. */
const byProcess = async (graph: readonly Registration[]): Promise<readonly Violation[]> => {
  const launcher = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, [launcher, "127.0.0.1:1", PACK], { cwd: PACK, stdio: [...stdio] });
  try {
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": 64 << 20,
    });
    const answered = (call: (answer: (error: Error | null, response: AnalyzeResponse) => void) => void) =>
      new Promise<AnalyzeResponse>((resolve, reject) =>
        call((error, response) => (error === null ? resolve(response) : reject(error))),
      );
    const violations = await analyzeGraph(
      {
        packName: "nexus-blueprint",
        policyCount: 0,
        analyze: (request) => answered((answer) => client.analyze(request, answer)),
        analyzeStack: (request) => answered((answer) => client.analyzeStack(request, answer)),
      },
      graph,
    );
    client.close();
    return violations;
  } finally {
    child.kill();
    await once(child, "exit");
  }
};

const seconds = async (judge: () => Promise<readonly Violation[]>): Promise<number> => {
  const started = performance.now();
  const violations = await judge();
  if (violations.length > 0) throw new Error(`the prod stack breaks ${violations[0]?.policy}`);
  return (performance.now() - started) / 1_000;
};

/** The policy pack over the graph of the prod stack, beside the SDK's own process for policy packs. */
export const run = async (): Promise<BenchResult> => {
  const graph = await readGraph({ directory: fileURLToPath(new URL("..", import.meta.url)), stack: "prod" });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    // The first round fills the caches of files and compiled code, for both.
    const pair = [await seconds(() => byGate(graph)), await seconds(() => byProcess(graph))] as const;
    if (round > 0) {
      ours.push(pair[0]);
      theirs.push(pair[1]);
    }
  }
  return {
    name: "policy pack",
    versions: { node: process.versions.node, "@pulumi/policy": version },
    rows: [
      compare({
        case: `judge the prod stack, ${graph.length} resources`,
        reference: "SDK's cmd/run-policy-pack",
        unit: "s",
        better: "smaller",
        ...{ ours, theirs },
      }),
    ],
  };
};
