import { canonicalJson } from "./canonical-json.ts";
import { type Commit, lastVersion } from "./event.ts";

/** SHA-256 of UTF-8 text, base64url. */
export type Digest = (text: string) => string;

type Content = Omit<Commit, "chain">;

/** The digest of a commit: all it says, and the digest of the commit before, as canonical JSON. */
const digestOf = (commit: Content, previous: string, digest: Digest): string =>
  digest(canonicalJson({ ...commit, previous }));

/** The commit with its place in the chain. */
export const chained = (commit: Content, previous: string, digest: Digest): Commit => ({
  ...commit,
  chain: { previous, digest: digestOf(commit, previous, digest) },
});

/**
 * What is wrong with a log:
 * `changed`: a commit is not what was appended. `missing`: versions are not there. `inserted`: a commit stands where
 * none belongs. `replaced`: a commit follows another one than the one that stands before it. `unreadable`: what stands
 * there is no commit. `unindexed`: a range of time does not give it, or at another time.
 */
export type LogFault = "changed" | "missing" | "inserted" | "replaced" | "unreadable" | "unindexed";

export interface LogFinding {
  readonly aggregateId: string;
  /** Version at which it shows. */
  readonly version: number;
  readonly fault: LogFault;
  readonly detail: string;
}

export interface ChainSummary {
  readonly aggregateId: string;
  readonly commits: number;
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
  #version = 0;
  /** Digest of the commit before; `undefined` where that cannot be read, and so nothing is known of what follows it. */
  #head: string | undefined = "";

  constructor(aggregateId: string, digest: Digest) {
    this.aggregateId = aggregateId;
    this.#digest = digest;
  }

  get summary(): ChainSummary {
    return {
      aggregateId: this.aggregateId,
      commits: this.#commits,
      version: this.#version,
      digest: this.#head ?? "",
    };
  }

  /** What is wrong at this commit. Goes on behind it as if it were right, so that one fault is told once. */
  add(commit: Commit): readonly LogFinding[] {
    const { chain, ...content } = commit;
    const found = this.#misplaced(commit.version);
    const actual = digestOf(content, chain.previous, this.#digest);
    const told = (fault: LogFault, detail: string) => found.push(this.#finding(fault, commit.version, detail));
    if (actual !== chain.digest)
      told("changed", `its content has digest ${actual}, it was appended with ${chain.digest}`);
    else if (found.length === 0 && this.#head !== undefined && chain.previous !== this.#head)
      told(
        "replaced",
        `it follows the commit ${chain.previous || "at the beginning"}, before it stands ${this.#head || "none"}`,
      );
    this.#goOn(commit.version, lastVersion(commit), chain.digest);
    return found;
  }

  /** Goes on behind what stands at a version and cannot be read. */
  addUnreadable(version: number): readonly LogFinding[] {
    const found = this.#misplaced(version);
    this.#goOn(version, version, undefined);
    return found;
  }

  #misplaced(version: number): LogFinding[] {
    const due = this.#version + 1;
    if (version < due) return [this.#finding("inserted", version, `version ${due} was due`)];
    if (version === due || this.#head === undefined) return [];
    return [this.#finding("missing", due, `versions ${due} to ${version - 1} are gone`)];
  }

  #goOn(version: number, last: number, head: string | undefined): void {
    this.#commits += 1;
    // What does not belong is followed by nothing.
    if (version <= this.#version) return;
    this.#version = last;
    this.#head = head;
  }

  #finding(fault: LogFault, version: number, detail: string): LogFinding {
    return { aggregateId: this.aggregateId, version, fault, detail };
  }
}
