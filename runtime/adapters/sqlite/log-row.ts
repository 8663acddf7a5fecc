import { isNexusError, nexusError } from "../../kernel/errors.ts";
import { type Commit, isCommitDocument, lastVersion } from "../../kernel/event.ts";
import type { LogFault } from "../../kernel/hash-chain.ts";
import { timeKeyOf } from "../../kernel/timeline.ts";
import type { LogRecord } from "../../ports/event-store.ts";
import type { Row } from "./row-pages.ts";

/** Throws `NEXUS_LOG_CORRUPT`. Where a commit stands is what its key says, whatever stands in its body. */
export const decode = ({ aggregateId, version, body }: Row): Commit => {
  try {
    const document: unknown = JSON.parse(body);
    if (isCommitDocument(document)) return Object.assign(document, { aggregateId, version });
    throw new TypeError("it has not the form of a commit");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw nexusError("NEXUS_LOG_CORRUPT", `the row of ${aggregateId} at version ${version} is no commit: ${why}`, {
      context: { aggregateId, version },
      cause,
    });
  }
};

export const recordOf = (row: Row): LogRecord => {
  const { aggregateId, version } = row;
  const findings = (fault: LogFault, detail: string) => [{ aggregateId, version, fault, detail }];
  try {
    const commit = decode(row);
    const damage = indexDamage(row, commit);
    return { aggregateId, version, commit, findings: damage === "" ? [] : findings("unindexed", damage) };
  } catch (error) {
    if (!isNexusError(error)) throw error;
    return { aggregateId, version, commit: undefined, findings: findings("unreadable", error.message) };
  }
};

/** The columns that a commit is looked up by, beside its key. */
const indexDamage = (row: Row, commit: Commit): string => {
  const due = { last_version: lastVersion(commit), time_key: timeKeyOf(commit) };
  const actual = { last_version: row.lastVersion, time_key: row.timeKey };
  return (["last_version", "time_key"] as const)
    .filter((column) => actual[column] !== due[column])
    .map((column) => `its ${column} is ${actual[column]}, by its body it is ${due[column]}`)
    .join("; ");
};
