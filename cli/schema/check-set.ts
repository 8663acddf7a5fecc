import {
  type CompatibilityMode,
  type CompatibilityReport,
  checkCompatibility,
  removedVersion,
} from "../../runtime/kernel/compatibility/check-compatibility.ts";
import { isNexusError } from "../../runtime/kernel/errors.ts";
import { badInput } from "../failure.ts";
import type { SchemaSet, SchemaVersion } from "./schema-set.ts";

/** One schema beside what it has to be compatible with. */
export interface Comparison extends CompatibilityReport {
  /** The path of the file within the schemas. */
  readonly path: string;
  /** What it was compared with, such as `HEAD` or `OrderPlaced.v1`. */
  readonly against: string;
}

/**
 * Holds schemas to what was published and to the versions before them:
 * - a published version that is gone is a break;
 * - a published version that was edited must be compatible with what it was;
 * - a new version, or one of which it or one before was edited, must be compatible with those before it.
 * Without a base every version counts as new.
 * @param shown how messages name a file
 * @throws CliFailure when a file holds no JSON Schema
 */
export const checkSet = (
  schemas: SchemaSet,
  base: { readonly name: string; readonly schemas: SchemaSet } | undefined,
  mode: CompatibilityMode,
  shown: (path: string) => string,
): Comparison[] => {
  const published = base?.schemas ?? new Map<string, SchemaVersion>();
  const isChanged = ({ path, text }: SchemaVersion): boolean => published.get(path)?.text !== text;
  const compare = (before: readonly SchemaVersion[], after: SchemaVersion, against: string): Comparison => ({
    path: after.path,
    against,
    ...report(before, after, mode, shown),
  });

  const comparisons: Comparison[] = [];
  for (const { path } of published.values())
    if (!schemas.has(path)) comparisons.push({ path, against: base?.name ?? "", ...removedVersion() });
  for (const versions of byName(schemas)) {
    for (const [index, version] of versions.entries()) {
      const before = published.get(version.path);
      if (before !== undefined && isChanged(version)) comparisons.push(compare([before], version, base?.name ?? ""));
      const earlier = versions.slice(0, index);
      const compared = mode.endsWith("_TRANSITIVE") ? earlier : earlier.slice(-1);
      if (compared.length > 0 && [...compared, version].some(isChanged))
        comparisons.push(compare(compared, version, compared.map(label).join(", ")));
    }
  }
  return comparisons;
};

/** `OrderPlaced.v1` */
const label = ({ name, version }: SchemaVersion): string => `${name}.v${version}`;

const byName = (schemas: SchemaSet): SchemaVersion[][] => [
  ...Map.groupBy(
    [...schemas.values()].sort((a, b) => a.version - b.version),
    ({ aggregate, kind, name }) => `${aggregate}/${kind}/${name}`,
  ).values(),
];

const report = (
  before: readonly SchemaVersion[],
  after: SchemaVersion,
  mode: CompatibilityMode,
  shown: (path: string) => string,
): CompatibilityReport => {
  try {
    return checkCompatibility(
      before.map(({ schema }) => schema),
      after.schema,
      mode,
    );
  } catch (error) {
    if (!isNexusError(error) || error.code !== "NEXUS_SCHEMA_INVALID") throw error;
    const names = [...before, after].map(({ path }) => shown(path));
    throw badInput(`${[...new Set(names)].join(" or ")}: ${error.message}`, error);
  }
};
