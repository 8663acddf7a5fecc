import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { bundleHandler } from "../../components/bundle.ts";

let root: string;
const put = (file: string, code: string): string => {
  writeFileSync(join(root, file), code);
  return join(root, file);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "nexus-service-hash-"));
  mkdirSync(join(root, "node_modules"));
  vi.spyOn(process, "cwd").mockReturnValue(root);
  const handler = (extra: string) =>
    `import service from "nexus:service"; export default [service, NEXUS_SERVICE_HASH, ${extra}];`;
  put("one.ts", handler("1"));
  put("two.ts", handler("2"));
  put("rules.ts", "export const double = (value: number): number => value * 2;");
  put("service.ts", 'import { double } from "./rules.ts"; export default { double };');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const hashes = async (): Promise<string[]> => {
  const args = { serviceModule: join(root, "service.ts"), sourceMaps: false };
  const folders = await Promise.all(["one.ts", "two.ts"].map((file) => bundleHandler(join(root, file), args)));
  return folders.map(
    (folder) => /"([0-9a-f]{32})"/.exec(readFileSync(join(folder, "index.mjs"), "utf8"))?.[1] ?? "none",
  );
};

it("every bundle of a service carries one hash of its code", async () => {
  const [one, two] = await hashes();
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(two).toBe(one);
});

it("the hash changes with any module the service imports, and with no other", async () => {
  const [before] = await hashes();
  put("one.ts", 'import service from "nexus:service"; export default [service, NEXUS_SERVICE_HASH, "changed"];');
  expect((await hashes())[0]).toBe(before);
  put("rules.ts", "export const double = (value: number): number => value + value;");
  const [after] = await hashes();
  expect(after).toMatch(/^[0-9a-f]{32}$/);
  expect(after).not.toBe(before);
});
