import { setImmediate as nextTurn } from "node:timers/promises";
import { tracer } from "../../../runtime/middleware/telemetry.ts";

/** Two things at once within one invocation, each with one of its own within. */
export const handler = async (): Promise<void> => {
  const step = (name: string, inner?: () => Promise<void>): Promise<void> =>
    tracer.provider.captureAsyncFunc(name, async (segment) => {
      await nextTurn();
      await inner?.();
      segment?.close();
    }) as Promise<void>;
  await Promise.all([step("left", () => step("left-inner")), step("right", () => step("right-inner"))]);
};
