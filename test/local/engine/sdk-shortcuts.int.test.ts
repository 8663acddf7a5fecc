import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { deferArborist, deferTypeScript } from "../../../local/engine/sdk-shortcuts.ts";

it.each([
  ["npm's installer", deferArborist, "@npmcli/arborist", "Arborist"],
  ["the TypeScript compiler", deferTypeScript, "typescript", "createProgram"],
] as const)("has the SDK load %s when it is first used", (_, defer, name, member) => {
  const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run"));
  const loaded = (): number => Object.keys(require.cache).filter((path) => path.includes(`/${name}/`)).length;
  defer(require);
  require("@pulumi/pulumi");
  expect(loaded()).toBe(1);
  const used = require(name) as Record<string, unknown>;
  expect(used[member]).toBeTypeOf("function");
});
