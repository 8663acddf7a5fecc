import { describe, expect, it } from "vitest";
import { type EngineName, engineLacks } from "./requirements.ts";

/**
 * A `describe` for tests that need a Java engine. Where the machine cannot run it the tests are skipped and the title
 * says why; with NEXUS_REQUIRE_ENGINES=1, as in CI, that is a failure instead.
 */
export const describeEngine = (name: EngineName, tests: () => void): void => {
  const lacks = engineLacks(name);
  if (lacks === undefined) {
    describe(name, tests);
  } else if (process.env["NEXUS_REQUIRE_ENGINES"] === "1") {
    it(`${name} is available`, () => expect.fail(`NEXUS_REQUIRE_ENGINES is set, but ${lacks}`));
  } else {
    describe.skip(`${name} (skipped: ${lacks})`, tests);
  }
};
