import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../cli/client/eventually.ts";
import { startStack } from "../local/stack.ts";
import { SNAPSHOT_THRESHOLDS } from "../runtime/kernel/snapshot-policy.ts";
import { LongOrder } from "../test/support/long-order.ts";
import { type BenchResult, compareWithAim } from "./result.ts";
import { ROOT } from "./stack/run-node.ts";

const ROUNDS = 7;
const AIM_MS = 5_000;

/**
 * From the commit that reaches the threshold of events to its snapshot in the table: the trigger, the queue, the function
 * that reads the log and writes the state, all on a running dev stack.
 */
export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-snapshots-"));
  const stack = await startStack({
    ...{ directory: ROOT, stack: "dev", dataDirectory: join(folder, "data") },
    ...{ port: 0, readModel: "sqlite" },
  });
  const round = async (number: number): Promise<number> => {
    const order = new LongOrder(stack, `order-${number}`);
    await order.place();
    await order.addNotes(0, SNAPSHOT_THRESHOLDS.events - 1);
    await eventually(() => order.snapshot(), { what: "the snapshot", deadlineMs: 60_000, intervalMs: 10 });
    const found = Date.now();
    const triggered = await order.committedAt(SNAPSHOT_THRESHOLDS.events);
    // The next round has the stack to itself.
    await stack.cloud.idle();
    return found - triggered;
  };
  try {
    await round(0);
    const ours: number[] = [];
    while (ours.length < ROUNDS) ours.push(await round(ours.length + 1));
    return {
      name: "snapshots",
      versions: { node: process.version },
      rows: [
        compareWithAim({
          case: "snapshot asked for through the queue: from the thousandth event to its item",
          ...{ aim: AIM_MS, unit: "ms", better: "smaller", ours },
        }),
      ],
    };
  } finally {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
