import { type ChainSummary, ChainVerifier, type Digest, type LogFinding } from "../kernel/hash-chain.ts";
import type { LogRecord } from "../ports/event-store.ts";

/** What was found of one aggregate. */
export interface AuditReport {
  readonly summary: ChainSummary;
  readonly findings: readonly LogFinding[];
}

/**
 * Holds a log to its hash chain, aggregate by aggregate, and to what the store sees by itself; records of one aggregate
 * must follow each other. Holds one page and one aggregate's findings in memory.
 */
export async function* auditLog(
  pages: AsyncIterable<readonly LogRecord[]>,
  digest: Digest,
): AsyncGenerator<AuditReport> {
  let verifier: ChainVerifier | undefined;
  let findings: LogFinding[] = [];
  for await (const records of pages)
    for (const { aggregateId, version, commit, findings: seen } of records) {
      if (verifier?.aggregateId !== aggregateId) {
        if (verifier !== undefined) yield { summary: verifier.summary, findings };
        verifier = new ChainVerifier(aggregateId, digest);
        findings = [];
      }
      if (commit === undefined) findings.push(...verifier.addUnreadable(version), ...seen);
      else {
        const found = verifier.add(commit);
        // What index keys are due is told by the commit, if it is the one that was appended.
        findings.push(...(found.length > 0 ? found : seen));
      }
    }
  if (verifier !== undefined) yield { summary: verifier.summary, findings };
}

/**
 * The audit of an aggregate whose log once had the head that `proof` tells of: where no commit has its digest, the log
 * was shortened, or written anew.
 */
export async function* auditAgainst(
  proof: ChainSummary,
  pages: AsyncIterable<readonly LogRecord[]>,
  digest: Digest,
): AsyncGenerator<AuditReport> {
  let stands = false;
  const watched = async function* (): AsyncGenerator<readonly LogRecord[]> {
    for await (const records of pages) {
      stands ||= records.some(({ commit }) => commit?.chain.digest === proof.digest);
      yield records;
    }
  };
  for await (const { summary, findings } of auditLog(watched(), digest))
    yield { summary, findings: stands ? findings : [...findings, unproven(proof, summary)] };
}

const unproven = ({ aggregateId, version, digest }: ChainSummary, found: ChainSummary): LogFinding => ({
  ...{ aggregateId, version, fault: found.version < version ? "missing" : "replaced" },
  detail: `the proof knows its last commit as ${digest}, which is not in the log`,
});
