import { readFileSync } from "node:fs";

export const ROUNDS = 9;

/** Both sides in turn, after one round each that does not count; who goes first in one round goes second in the next. */
export const inTurn = async (ours: () => Promise<number>, theirs: () => Promise<number>, rounds = ROUNDS) => {
  const figures = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? (["ours", "theirs"] as const) : (["theirs", "ours"] as const);
    for (const side of order) {
      const figure = await (side === "ours" ? ours() : theirs());
      if (round > 0) figures[side].push(figure);
    }
  }
  return figures;
};

/** Milliseconds that it takes. */
export const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await act();
  return performance.now() - started;
};

/** Operations a second of so many clients at once, each doing one after the other. */
export const rate = async (
  clients: number,
  turns: number,
  act: (client: number, turn: number) => Promise<unknown>,
): Promise<number> => {
  const ms = await timed(() =>
    Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        for (let turn = 0; turn < turns; turn++) await act(client, turn);
      }),
    ),
  );
  return (clients * turns * 1_000) / ms;
};

export const versionsOf = (...libraries: readonly string[]): Record<string, string> => ({
  node: process.version,
  ...Object.fromEntries(
    libraries.map((name) => {
      const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
      return [name, (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version];
    }),
  ),
});
