import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchResult, type BenchRow, compare, compareWithAim } from "./result.ts";
import { runNode, timeNode } from "./stack/run-node.ts";
import type { StartTimes } from "./stack/start-once.ts";

const ROUNDS = 7;

interface Round {
  readonly cold: StartTimes;
  readonly again: StartTimes;
  /** `nexus graph`: the program alone, its resources registered and nothing made of them. */
  readonly programMs: number;
}

const round = async (): Promise<Round> => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-boot-"));
  const start = () => runNode<StartTimes>("bench/stack/start-once.ts", join(folder, "data"));
  try {
    const cold = await start();
    const again = await start();
    return { cold, again, programMs: await timeNode("cli/main.ts", "graph", "--json") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * The dev stack from the start of the process, policy gate included, beside the program run alone, so that the ratio
 * says what the cloud adds. The bundles and the compiled code are cached, as they are from the second start on.
 */
export const run = async (): Promise<BenchResult> => {
  await round();
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) rounds.push(await round());
  const row = (what: string, value: (round: Round) => number): BenchRow =>
    compare({
      case: what,
      reference: "nexus graph: the program alone",
      unit: "ms",
      better: "smaller",
      ours: rounds.map(value),
      theirs: rounds.map(({ programMs }) => programMs),
    });
  return {
    name: "boot",
    versions: { node: process.version },
    rows: [
      row("start on an empty folder, until ready", ({ cold }) => cold.readyMs),
      row("start on an empty folder, until the first order is found by a query", ({ cold }) => cold.projectedMs),
      row("start on what an earlier start left, until ready", ({ again }) => again.readyMs),
      compareWithAim({
        case: "journey on a stack that has just started",
        aim: 2_000,
        unit: "ms",
        better: "smaller",
        ours: rounds.map(({ cold }) => cold.journeyMs),
      }),
      compareWithAim({
        case: "memory of the stack after its journey",
        aim: 700,
        unit: "MB",
        better: "smaller",
        ours: rounds.map(({ cold }) => cold.memoryMegabytes),
      }),
    ],
  };
};
