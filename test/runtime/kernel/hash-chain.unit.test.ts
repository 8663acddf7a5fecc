import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../runtime/adapters/node/sha256.ts";
import { behind, commitBehind } from "../../../runtime/kernel/commit.ts";
import { type Commit, lastVersion } from "../../../runtime/kernel/event.ts";
import { ChainVerifier, chained, type LogFinding } from "../../../runtime/kernel/hash-chain.ts";
import { added, at, draft } from "../../support/counter/commits.ts";

const logOf = (sizes: readonly number[], aggregateId = "a"): Commit[] => {
  const log: Commit[] = [];
  for (const size of sizes)
    log.push(
      commitBehind(
        behind(aggregateId, log.at(-1)),
        draft(aggregateId, { events: Array.from({ length: size }, (_, index) => added(index)) }),
        sha256,
      ),
    );
  return log;
};

const verify = (log: readonly Commit[]): LogFinding[] => {
  const verifier = new ChainVerifier("a", sha256);
  return log.flatMap((next) => [...verifier.add(next)]);
};

const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 8 });

describe("a log that is sound", () => {
  it("verifies without a finding, also after it went through JSON", () => {
    fc.assert(
      fc.property(sizes, (lengths) => {
        const log = logOf(lengths);
        expect(verify(JSON.parse(JSON.stringify(log)))).toEqual([]);
      }),
    );
  });
});

describe("a log that is not", () => {
  const twist: Record<string, (target: Commit) => Commit> = {
    "other data": (target) => ({ ...target, events: [added(99), ...target.events.slice(1)] }),
    "another time": (target) => ({ ...target, committedAt: at(99) }),
    "another actor": (target) => ({ ...target, actor: "arn:aws:iam::000000000000:user/mallory" }),
    "another command id": (target) => ({ ...target, commandId: "other" }),
    "an event more": (target) => ({ ...target, events: [...target.events, added(7)] }),
    "a digest of its own": ({ chain, ...target }) =>
      chained({ ...target, actor: "mallory" }, chain.previous ?? "", sha256),
  };

  it.each(Object.keys(twist))("is found where a commit that others follow has %s", (name) => {
    fc.assert(
      fc.property(sizes, fc.nat(), (lengths, pick) => {
        const log = logOf(lengths);
        const index = pick % (log.length - 1);
        const changed = log.map((target, position) => (position === index ? twist[name]?.(target) : target));
        expect(verify(changed as Commit[])).not.toEqual([]);
      }),
    );
  });

  it("is found where commits are missing, told once and by their versions", () => {
    const log = logOf([1, 2, 1, 1]);
    expect(verify(log.toSpliced(1, 1))).toEqual([
      { aggregateId: "a", version: 2, fault: "missing", detail: "versions 2 to 3 are gone" },
    ]);
    expect(verify(log.slice(1))).toMatchObject([{ version: 1, fault: "missing" }]);
  });

  it("is found where commits were taken out and the rest numbered anew", () => {
    const log = logOf([1, 1, 1, 1]);
    const closed = log.toSpliced(1, 1).map((target, index) => ({ ...target, version: index + 1 }));
    expect(verify(closed).map(({ fault }) => fault)).toContain("changed");
    const rechained = closed.map((target, index) => {
      const { chain, ...rest } = target;
      return index < 1 ? target : chained(rest, chain.previous ?? "", sha256);
    });
    expect(verify(rechained).map(({ fault }) => fault)).toContain("replaced");
  });

  it("is found where a commit was slipped in, or stands twice", () => {
    const log = logOf([1, 1, 1]);
    const [first, second] = log;
    const slipped = commitBehind(behind("a", first), draft("a"), sha256);
    expect(verify(log.toSpliced(1, 0, slipped))).not.toEqual([]);
    expect(verify(log.toSpliced(1, 0, second as Commit))).toMatchObject([{ fault: "inserted", version: 2 }]);
  });

  it("is not judged behind a commit that cannot be read, and is again from the next on", () => {
    const log = logOf([1, 2, 1, 1, 1]);
    const verifier = new ChainVerifier("a", sha256);
    const findings = [
      ...verifier.add(log[0] as Commit),
      ...verifier.addUnreadable(2),
      ...verifier.add(log[2] as Commit),
      ...verifier.add(log[4] as Commit),
    ];
    expect(findings).toMatchObject([{ fault: "missing", version: 5 }]);
    expect(verifier.summary).toMatchObject({ commits: 4, version: 6, digest: log[4]?.chain.digest });
    expect(verifier.addUnreadable(9)).toMatchObject([{ fault: "missing", version: 7 }]);
  });

  it("is found where the log of another aggregate stands", () => {
    const other = logOf([1, 1], "b").map((target) => ({ ...target, aggregateId: "a" }));
    expect(verify(other).map(({ fault }) => fault)).toEqual(["changed", "changed"]);
  });

  it("shows another head where all was written anew, which an earlier proof tells", () => {
    const log = logOf([1, 1, 1]);
    const last = log.at(-1) as Commit;
    expect(lastVersion(last)).toBe(3);
    const anew = logOf([1, 1, 1]);
    expect(verify(anew)).toEqual([]);
    expect(anew.at(-1)?.chain.digest).not.toBe(last.chain.digest);
  });
});
