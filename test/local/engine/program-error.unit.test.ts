import { describe, expect, it } from "vitest";
import { programError } from "../../../local/engine/program-error.ts";

const frame = (path: string) => `file://${process.cwd()}/${path}`;
const logged = (text: string) => [`Running program '/x/index.ts' failed with an unhandled exception:\n${text}`];

describe("the failure of a program, in one line", () => {
  it.each([
    [
      "an error thrown at the top",
      `Error: no such table\n    at ${frame("index.ts")}:7:9\n    at ModuleJob.run (node:internal/modules/esm/module_job:1:1)`,
      "the program failed at index.ts:7: no such table",
    ],
    [
      "an error thrown below a package's code",
      `TypeError: x is not a function\n    at f (file:///x/node_modules/a/index.js:1:1)\n    at new Store (${frame("components/store.ts")}:12:3)`,
      "the program failed at components/store.ts:12: x is not a function",
    ],
    [
      "an error with a code and details",
      `Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/x/absent.ts' imported from /x/index.ts\n    at finalizeResolution (node:internal/modules/esm/resolve:1:1) {\n  code: 'ERR_MODULE_NOT_FOUND'\n}`,
      "the program failed: Cannot find module '/x/absent.ts' imported from /x/index.ts",
    ],
    [
      "an error that reached it through many resources",
      `Error: error serializing property "target": error serializing property "code": src/a.ts:3:1: no such module\n    at build (${frame("components/bundle.ts")}:144:1)`,
      "the program failed: src/a.ts:3:1: no such module",
    ],
    ["a message without a stack", "stack config is missing", "the program failed: stack config is missing"],
  ])("is told of %s", (_what, text, message) => {
    expect(programError(logged(text), "", 32).message).toBe(message);
  });

  it("is the exit code when the program said nothing", () => {
    expect(programError([], "", 3).message).toBe("the program failed: it ended with exit code 3");
  });

  it("keeps everything the program printed as details", () => {
    expect(programError(logged("Error: a"), "a warning", 32).details).toMatch(/Error: a\na warning/);
  });
});
