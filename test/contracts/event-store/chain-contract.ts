import { describe, expect, it } from "vitest";
import { sha256 } from "../../../runtime/adapters/node/sha256.ts";
import { ChainVerifier } from "../../../runtime/kernel/hash-chain.ts";
import { added, draft, noted, opened } from "../../support/counter/commits.ts";
import { commitsOf, headOf, newId, type WholeEventStore } from "./reading.ts";

export const chainContract = (store: () => WholeEventStore): void => {
  describe("the hash chain", () => {
    it("ties each commit to the one before it, whether a head or a number was given", async () => {
      const id = newId();
      await store().append(await headOf(store(), id), draft(id, { events: [opened("größer ☃")] }));
      await store().append({ aggregateId: id, version: 1 }, draft(id, { events: [added(), noted("x".repeat(9_000))] }));
      await store().append(await headOf(store(), id), draft(id));
      const commits = await commitsOf(store(), id);
      expect(commits.map(({ chain }) => chain.previous)).toEqual([
        "",
        commits[0]?.chain.digest,
        commits[1]?.chain.digest,
      ]);
      const verifier = new ChainVerifier(id, sha256);
      expect(commits.flatMap((commit) => verifier.add(commit))).toEqual([]);
      expect(verifier.summary).toEqual({
        aggregateId: id,
        commits: 3,
        version: 4,
        digest: commits[2]?.chain.digest,
      });
      expect((await headOf(store(), id)).digest).toBe(commits[2]?.chain.digest);
    });
  });
};
