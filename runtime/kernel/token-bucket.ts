/** When each token of a bucket is back, in milliseconds since the epoch; one that was never taken is not listed. */
export type TokenTimes = ReadonlyMap<number, number>;

/** The tokens, from 0 on, that may be taken now. */
export const freeTokens = (times: TokenTimes, limit: number, now: number): number[] =>
  Array.from({ length: limit }, (_, token) => token).filter((token) => (times.get(token) ?? 0) <= now);

/** Milliseconds until the next token is back, 0 when none is out. */
export const untilNextToken = (times: TokenTimes, now: number): number => {
  const awaited = [...times.values()].filter((time) => time > now);
  return awaited.length === 0 ? 0 : Math.min(...awaited) - now;
};
