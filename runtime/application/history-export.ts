import { isNexusError, nexusError } from "../kernel/errors.ts";
import type { Commit } from "../kernel/event.ts";
import { type ChainFinding, type ChainSummary, ChainVerifier, type Digest } from "../kernel/hash-chain.ts";

// The history of an aggregate as NDJSON: a line `{"commit":...}` for each commit, then one `{"proof":...}` with the
// digest of the last. Whoever has the file can verify it without the log (docs/event-store.md).

/** The lines of an export, without line ends. Throws `NEXUS_LOG_CORRUPT` where the log does not hold to its chain. */
export async function* exportHistory(
  aggregateId: string,
  pages: AsyncIterable<{ readonly commits: readonly Commit[] }>,
  digest: Digest,
): AsyncGenerator<string> {
  const verifier = new ChainVerifier(aggregateId, digest);
  for await (const { commits } of pages)
    for (const commit of commits) {
      const [finding] = verifier.add(commit);
      if (finding !== undefined)
        throw nexusError("NEXUS_LOG_CORRUPT", `${aggregateId}, version ${finding.version}: ${finding.detail}`);
      yield JSON.stringify({ commit });
    }
  yield JSON.stringify({ proof: verifier.summary });
}

interface Line {
  readonly commit?: Commit;
  readonly proof?: ChainSummary;
}

export interface ReadExport {
  readonly findings: readonly ChainFinding[];
  readonly proof: ChainSummary;
}

/**
 * Verifies an export by itself. Throws `NEXUS_REQUEST_INVALID` naming the line that is none of an export, or when the
 * proof at the end is missing.
 */
export const verifyExport = (lines: Iterable<string>, digest: Digest): ReadExport => {
  const findings: ChainFinding[] = [];
  let verifier: ChainVerifier | undefined;
  let proof: ChainSummary | undefined;
  let number = 0;
  for (const text of lines) {
    number += 1;
    if (text.trim() === "") continue;
    const line = parse(text, number);
    if (proof !== undefined) throw invalid(number, "stands behind the proof");
    if (line.commit !== undefined) {
      verifier ??= new ChainVerifier(line.commit.aggregateId, digest);
      findings.push(...add(verifier, line.commit, number));
    } else proof = line.proof;
  }
  if (proof === undefined) throw invalid(number, "is the last, and no proof: the file is not whole");
  const { aggregateId, version } = proof;
  const actual = (verifier ?? new ChainVerifier(aggregateId, digest)).summary;
  if (JSON.stringify(actual) !== JSON.stringify(proof))
    findings.push({ aggregateId, version, fault: "missing", detail: "the commits do not add up to the proof" });
  return { findings, proof };
};

const invalid = (line: number, what: string) => nexusError("NEXUS_REQUEST_INVALID", `line ${line} ${what}`);

const parse = (text: string, number: number): Line => {
  try {
    const line: unknown = JSON.parse(text);
    if (line !== null && typeof line === "object" && ("commit" in line || "proof" in line)) return line as Line;
  } catch {
    // Told below, as any other line that does not belong.
  }
  throw invalid(number, "is neither a commit nor a proof of an export");
};

const add = (verifier: ChainVerifier, commit: Commit, number: number): readonly ChainFinding[] => {
  try {
    return verifier.add(commit);
  } catch (error) {
    if (isNexusError(error)) throw error;
    throw invalid(number, "does not hold a commit");
  }
};
