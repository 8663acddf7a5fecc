import type { Commit } from "../kernel/event.ts";
import { type ChainFinding, type ChainSummary, ChainVerifier, type Digest } from "../kernel/hash-chain.ts";

/** What was found of one aggregate. */
export interface AuditReport {
  readonly summary: ChainSummary;
  readonly findings: readonly ChainFinding[];
}

/**
 * Holds a log to its hash chain, aggregate by aggregate; commits of one aggregate must follow each other. Holds one
 * page and one aggregate's findings in memory.
 */
export async function* auditLog(pages: AsyncIterable<readonly Commit[]>, digest: Digest): AsyncGenerator<AuditReport> {
  let verifier: ChainVerifier | undefined;
  let findings: ChainFinding[] = [];
  for await (const commits of pages)
    for (const commit of commits) {
      if (verifier?.aggregateId !== commit.aggregateId) {
        if (verifier !== undefined) yield { summary: verifier.summary, findings };
        verifier = new ChainVerifier(commit.aggregateId, digest);
        findings = [];
      }
      findings.push(...verifier.add(commit));
    }
  if (verifier !== undefined) yield { summary: verifier.summary, findings };
}

/**
 * What is wrong with a log that once had the head which `proof` tells of: it was shortened, or written anew. `commits`
 * are those from the proof's last commit on.
 */
export const holdToProof = (proof: ChainSummary, commits: readonly Commit[]): readonly ChainFinding[] => {
  const { aggregateId, version, digest } = proof;
  if (commits.some((commit) => commit.chain?.digest === digest)) return [];
  const detail = `the proof knows its last commit as ${digest}, which is not in the log`;
  return [{ aggregateId, version, fault: commits.length === 0 ? "missing" : "replaced", detail }];
};
