import { describe, expect, it } from "vitest";
import { RETRIES, withRetries } from "../../../../runtime/adapters/aws/retries.ts";
import { FixedRuntime } from "../../../support/counter/runtime.ts";

const throttled = Object.assign(new Error("slow down"), { name: "ThrottlingException", $fault: "client" });

/** A call that fails so often, each time after so long; `calls` counts. */
const failing = (runtime: FixedRuntime, times: number, takesMs = 0) => {
  const counted = {
    calls: 0,
    call: async (): Promise<string> => {
      counted.calls += 1;
      runtime.time += takesMs;
      if (counted.calls <= times) throw throttled;
      return "done";
    },
  };
  return counted;
};

describe("a call that is tried again", () => {
  it("succeeds at the fifth try, behind pauses that grow", async () => {
    const runtime = new FixedRuntime();
    const counted = failing(runtime, 4);
    expect(await withRetries(runtime, RETRIES, counted.call)).toBe("done");
    expect(runtime.sleeps).toEqual([12.5, 25, 50, 100]);
  });

  it("is given up after the fifth, or when its budget is spent", async () => {
    const runtime = new FixedRuntime();
    const often = failing(runtime, 9);
    await expect(withRetries(runtime, RETRIES, often.call)).rejects.toBe(throttled);
    expect(often.calls).toBe(5);
    const slow = failing(runtime, 9, 2_000);
    await expect(withRetries(runtime, RETRIES, slow.call)).rejects.toBe(throttled);
    expect(slow.calls).toBe(2);
  });

  it("is not begun when the time of whoever waits is over, nor tried again behind its end", async () => {
    const runtime = new FixedRuntime();
    const end = runtime.time + 1_500;
    const clock = Object.assign(runtime, { remainingMs: () => end - runtime.time });
    const slow = failing(runtime, 9, 1_000);
    await expect(withRetries(clock, RETRIES, slow.call)).rejects.toBe(throttled);
    expect(slow.calls).toBe(2);
    await expect(withRetries(clock, RETRIES, slow.call)).rejects.toThrow("no time is left for a request");
    expect(slow.calls).toBe(2);
  });
});
