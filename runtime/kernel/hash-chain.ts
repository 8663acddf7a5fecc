import { canonicalJson } from "./canonical-json.ts";
import { type Commit, lastVersion } from "./event.ts";

/** SHA-256 of UTF-8 text, base64url. */
export type Digest = (text: string) => string;

type Unchained = Omit<Commit, "chain">;

/** The digest of a commit: all it says, and the digest of the commit before, as canonical JSON. */
const digestOf = (commit: Unchained, previous: string, digest: Digest): string =>
  digest(canonicalJson({ ...commit, previous }));

/** The commit with its place in the chain. */
export const chained = (commit: Unchained, previous: string, digest: Digest): Commit => ({
  ...commit,
  chain: { previous, digest: digestOf(commit, previous, digest) },
});

/**
 * What is wrong with a log:
 * `changed`: a commit is not what was appended. `missing`: versions are not there. `inserted`: a commit stands where
 * none belongs. `replaced`: a commit follows another one than the one that stands before it.
 */
export type ChainFault = "changed" | "missing" | "inserted" | "replaced";

export interface ChainFinding {
  readonly aggregateId: string;
  /** Version at which it shows. */
  readonly version: number;
  readonly fault: ChainFault;
  readonly detail: string;
}

export interface ChainSummary {
  readonly aggregateId: string;
  readonly commits: number;
  /** Commits from before logs were chained, which nothing proves. */
  readonly unchained: number;
  /** Version of the last event. */
  readonly version: number;
  /** Digest of the last commit: kept elsewhere, it proves that the log was never shortened nor written anew. */
  readonly digest: string;
}

/** Holds the log of one aggregate, given commit by commit in order, to its chain. */
export class ChainVerifier {
  readonly aggregateId: string;
  readonly #digest: Digest;
  #commits = 0;
  #unchained = 0;
  #version = 0;
  #head = "";

  constructor(aggregateId: string, digest: Digest) {
    this.aggregateId = aggregateId;
    this.#digest = digest;
  }

  get summary(): ChainSummary {
    const { aggregateId } = this;
    const counts = { commits: this.#commits, unchained: this.#unchained };
    return { aggregateId, ...counts, version: this.#version, digest: this.#head };
  }

  /** What is wrong at this commit. Goes on behind it as if it were right, so that one fault is told once. */
  add(commit: Commit): readonly ChainFinding[] {
    const found: ChainFinding[] = [];
    const report = (fault: ChainFault, version: number, detail: string) =>
      found.push({ aggregateId: this.aggregateId, version, fault, detail });
    const expected = this.#version + 1;
    if (commit.version > expected)
      report("missing", expected, `versions ${expected} to ${commit.version - 1} are gone`);
    if (commit.version < expected) report("inserted", commit.version, `version ${expected} was due`);
    if (commit.chain === undefined) this.#addUnchained(commit, report);
    else this.#addChained(commit, commit.chain, found.length === 0, report);
    this.#commits += 1;
    this.#version = Math.max(this.#version, lastVersion(commit));
    return found;
  }

  #addUnchained(commit: Commit, report: (fault: ChainFault, version: number, detail: string) => void): void {
    this.#unchained += 1;
    if (this.#head !== "") report("inserted", commit.version, "it has no digest, though the commit before it has");
  }

  #addChained(
    { chain: _, ...commit }: Commit,
    chain: NonNullable<Commit["chain"]>,
    inOrder: boolean,
    report: (fault: ChainFault, version: number, detail: string) => void,
  ): void {
    const actual = digestOf(commit, chain.previous, this.#digest);
    if (actual !== chain.digest)
      report("changed", commit.version, `its content has digest ${actual}, it was appended with ${chain.digest}`);
    else if (inOrder && chain.previous !== this.#head)
      report(
        "replaced",
        commit.version,
        `it follows the commit ${chain.previous || "at the beginning"}, before it stands ${this.#head || "none"}`,
      );
    this.#head = chain.digest;
  }
}
