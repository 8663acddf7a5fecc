import { nexusError } from "../kernel/errors.ts";
import { type Commit, isCommitDocument } from "../kernel/event.ts";
import { type ChainSummary, ChainVerifier, type Digest, type LogFinding } from "../kernel/hash-chain.ts";

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

type Line = { readonly commit: Commit } | { readonly proof: ChainSummary };

export interface ReadExport {
  readonly findings: readonly LogFinding[];
  readonly proof: ChainSummary;
}

/**
 * Verifies an export by itself. Throws `NEXUS_REQUEST_INVALID` naming the line that is none of an export, or when the
 * proof at the end is missing.
 */
export const verifyExport = (lines: Iterable<string>, digest: Digest): ReadExport => {
  const findings: LogFinding[] = [];
  let verifier: ChainVerifier | undefined;
  let proof: ChainSummary | undefined;
  let number = 0;
  for (const text of lines) {
    number += 1;
    if (text.trim() === "") continue;
    const line = parse(text, number);
    if (proof !== undefined) throw invalid(number, "stands behind the proof");
    if ("commit" in line) {
      const { aggregateId } = line.commit;
      verifier ??= new ChainVerifier(aggregateId, digest);
      if (aggregateId !== verifier.aggregateId) throw invalid(number, `is a commit of ${aggregateId}`);
      findings.push(...verifier.add(line.commit));
    } else proof = line.proof;
  }
  if (proof === undefined) throw invalid(number, "is the last, and no proof: the file is not whole");
  const { aggregateId, version } = proof;
  if (!isEqual((verifier ?? new ChainVerifier(aggregateId, digest)).summary, proof))
    findings.push({ aggregateId, version, fault: "missing", detail: "the commits do not add up to the proof" });
  return { findings, proof };
};

const isEqual = (a: ChainSummary, b: ChainSummary): boolean =>
  a.aggregateId === b.aggregateId && a.commits === b.commits && a.version === b.version && a.digest === b.digest;

const invalid = (line: number, what: string) => nexusError("NEXUS_REQUEST_INVALID", `line ${line} ${what}`);

const parse = (text: string, number: number): Line => {
  try {
    const line: unknown = JSON.parse(text);
    if (isLine(line)) return line;
  } catch {
    // Told below, as any other line that does not belong.
  }
  throw invalid(number, "is neither a commit nor a proof of an export");
};

const isLine = (value: unknown): value is Line => {
  const { commit, proof } = (value ?? {}) as { readonly commit?: unknown; readonly proof?: unknown };
  return commit === undefined ? isPlaced(proof) : isPlaced(commit) && isCommitDocument(commit);
};

/** Whether something says of which aggregate it is, and of which version. */
const isPlaced = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  "aggregateId" in value &&
  typeof value.aggregateId === "string" &&
  "version" in value &&
  Number.isSafeInteger(value.version);
