import { beforeEach, expect, it } from "vitest";
import type { QuotaState, RateLimitStore } from "../../../runtime/ports/rate-limit-store.ts";

const QUOTA = { limit: 10, windowSeconds: 60 };
const START = Date.parse("2030-01-01T00:00:00Z");

/** What every rate limit store does. `open` gives stores that share their counts, as instances of a function do. */
export const rateLimitContract = (open: (now: () => number) => RateLimitStore): void => {
  let buckets = 0;
  let bucket = "";
  let now = START;
  beforeEach(() => {
    bucket = `temporal-query#client-${++buckets}`;
    now = START;
  });
  const store = (): RateLimitStore => open(() => now);
  const takeAll = (stores: readonly RateLimitStore[], times: number): Promise<QuotaState[]> =>
    Promise.all(
      Array.from({ length: times }, (_, index) => (stores[index % stores.length] ?? store()).take(bucket, QUOTA)),
    );
  const granted = (states: readonly QuotaState[]) => states.filter((state) => state.granted);

  it("gives as many tokens as the bucket has, and says what is left and when the next is back", async () => {
    const [only] = [store()];
    expect(await only.take(bucket, QUOTA)).toEqual({ granted: true, remaining: 9, resetMs: 60_000 });
    now += 1_000;
    expect(await only.take(bucket, QUOTA)).toEqual({ granted: true, remaining: 8, resetMs: 59_000 });
    await takeAll([only], 8);
    now += 2_000;
    expect(await only.take(bucket, QUOTA)).toEqual({ granted: false, remaining: 0, resetMs: 57_000 });
  });

  it("gives exactly that many to a hundred who ask at once, over several instances", async () => {
    const states = await takeAll([store(), store(), store(), store()], 100);
    expect(granted(states)).toHaveLength(10);
    for (const state of states.filter((each) => !each.granted))
      expect(state).toEqual({ granted: false, remaining: 0, resetMs: 60_000 });
  });

  it("gives each token back a window after it was taken, and none before", async () => {
    const only = store();
    await takeAll([only], 4);
    now += 30_000;
    expect(granted(await takeAll([only], 10))).toHaveLength(6);
    now += 29_999;
    expect(granted(await takeAll([only], 10))).toHaveLength(0);
    now += 1;
    expect(granted(await takeAll([only], 10))).toHaveLength(4);
  });

  it("keeps the buckets of clients apart", async () => {
    const only = store();
    await takeAll([only], 10);
    expect(await only.take(`${bucket}-other`, QUOTA)).toMatchObject({ granted: true, remaining: 9 });
  });
};
