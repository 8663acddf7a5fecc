/** One comparison: ours beside its reference, measured in turn in the same run. */
export interface BenchRow {
  readonly case: string;
  readonly reference: string;
  readonly referenceValue: number;
  readonly value: number;
  readonly unit: string;
  /** Ours over the reference in the sense that more is better: above 1 we win, whatever the unit. */
  readonly ratio: number;
  readonly rounds: number;
  /** Smallest and largest of our rounds. */
  readonly range: readonly [number, number];
}

export interface BenchResult {
  readonly name: string;
  /** Node, the engines and libraries that took part. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly BenchRow[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error("median of no values");
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

/** Rounds of both sides, taken in turn, as a row. `better` tells whether a larger value is the better one. */
export const compare = (input: {
  case: string;
  reference: string;
  unit: string;
  better: "larger" | "smaller";
  ours: readonly number[];
  theirs: readonly number[];
}): BenchRow => {
  const value = median(input.ours);
  const referenceValue = median(input.theirs);
  return {
    case: input.case,
    reference: input.reference,
    referenceValue,
    value,
    unit: input.unit,
    ratio: input.better === "larger" ? value / referenceValue : referenceValue / value,
    rounds: input.ours.length,
    range: [Math.min(...input.ours), Math.max(...input.ours)],
  };
};

/** Rounds of a figure that only we have, beside what it should come to. */
export const compareWithAim = (input: {
  case: string;
  aim: number;
  unit: string;
  better: "larger" | "smaller";
  ours: readonly number[];
}): BenchRow => compare({ ...input, reference: "the aim", theirs: [input.aim] });

const figure = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);

/** A row as people read it: case, reference, reference value, ours, unit, ratio, range of ours, rounds. */
export const cellsOf = (row: BenchRow): string[] => [
  row.case,
  row.reference,
  figure(row.referenceValue),
  figure(row.value),
  row.unit,
  `${row.ratio.toFixed(2)}x`,
  row.range.map(figure).join(" - "),
  String(row.rounds),
];
