import type { MetricDatum } from "./metric.ts";

/**
 * The metrics in a log line of the embedded metric format; none for any other line. A line may have Lambda's prefix
 * of time, request and level.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const readEmf = (message: string): readonly MetricDatum[] => {
  if (!message.includes('"_aws"')) return [];
  const root = parse(message.slice(message.indexOf("{")));
  const aws = recordOf(root?.["_aws"]);
  if (root === undefined || aws === undefined) return [];
  const timestamp = aws["Timestamp"];
  const time = typeof timestamp === "number" ? { timestamp } : {};
  return listOf(aws["CloudWatchMetrics"]).flatMap((directive) =>
    readDirective(recordOf(directive) ?? {}, root).map((datum) => ({ ...datum, ...time })),
  );
};

const readDirective = (directive: Record<string, unknown>, root: Record<string, unknown>): MetricDatum[] => {
  const namespace = directive["Namespace"];
  if (typeof namespace !== "string") return [];
  const sets = listOf(directive["Dimensions"]).map((keys) => dimensionsOf(listOf(keys), root));
  return listOf(directive["Metrics"]).flatMap((definition) => {
    const { Name: name, Unit: unit } = recordOf(definition) ?? {};
    if (typeof name !== "string") return [];
    const value = readValue(root[name]);
    if (value === undefined) return [];
    const shared = { namespace, name, value, ...(typeof unit === "string" ? { unit } : {}) };
    return (sets.length === 0 ? [{}] : sets).map((dimensions) => ({ ...shared, dimensions }));
  });
};

const dimensionsOf = (keys: readonly unknown[], root: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(keys.map((key) => [String(key), String(root[String(key)] ?? "")]));

const readValue = (value: unknown): number | readonly number[] | undefined => {
  if (typeof value === "number") return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((one) => typeof one === "number") ? value : undefined;
};

const parse = (json: string): Record<string, unknown> | undefined => {
  try {
    return recordOf(JSON.parse(json));
  } catch {
    return undefined;
  }
};

const recordOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
