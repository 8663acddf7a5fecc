/** One published value, or several of one moment. */
export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  readonly value: number | readonly number[];
  /** CloudWatch's name of a unit; `None` when not given. */
  readonly unit?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; now when not given. */
  readonly timestamp?: number;
}

/** Which metric: CloudWatch tells metrics of one name apart by their whole set of dimensions. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The values of a metric in a stretch of time. */
export interface Aggregate {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** Values for percentiles, at most {@link SAMPLE_SIZE}: beyond it the older give way, and percentiles are estimates. */
  sample: number[];
}

export const SAMPLE_SIZE = 1_000;

export const emptyAggregate = (): Aggregate => ({
  count: 0,
  sum: 0,
  minimum: Number.POSITIVE_INFINITY,
  maximum: Number.NEGATIVE_INFINITY,
  sample: [],
});

/** Adds to the first what the second has. */
export const merge = (into: Aggregate, other: Aggregate): void => {
  for (const [index, value] of other.sample.entries()) {
    if (into.sample.length < SAMPLE_SIZE) into.sample.push(value);
    else into.sample[(into.count + index) % SAMPLE_SIZE] = value;
  }
  into.count += other.count;
  into.sum += other.sum;
  into.minimum = Math.min(into.minimum, other.minimum);
  into.maximum = Math.max(into.maximum, other.maximum);
};

export const aggregateOf = (values: readonly number[]): Aggregate => {
  const aggregate = emptyAggregate();
  for (const value of values)
    merge(aggregate, { count: 1, sum: value, minimum: value, maximum: value, sample: [value] });
  return aggregate;
};

/** `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or a percentile such as `p99` or `p99.9`. */
export type Statistic = "Sum" | "Average" | "Minimum" | "Maximum" | "SampleCount" | `p${number}`;

/** Whether a text names a statistic that is computed here. */
export const isStatistic = (text: string): text is Statistic =>
  ["Sum", "Average", "Minimum", "Maximum", "SampleCount"].includes(text) || /^p\d{1,2}(\.\d+)?$|^p100$/.test(text);

/** A statistic of at least one value. */
export const statisticOf = (aggregate: Aggregate, statistic: Statistic): number => {
  switch (statistic) {
    case "Sum":
      return aggregate.sum;
    case "Average":
      return aggregate.sum / aggregate.count;
    case "Minimum":
      return aggregate.minimum;
    case "Maximum":
      return aggregate.maximum;
    case "SampleCount":
      return aggregate.count;
    default: {
      const sorted = aggregate.sample.toSorted((a, b) => a - b);
      const rank = Math.ceil((Number(statistic.slice(1)) / 100) * sorted.length);
      return sorted[Math.max(0, rank - 1)] ?? Number.NaN;
    }
  }
};
