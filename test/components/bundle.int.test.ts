import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bundleHandler } from "../../components/bundle.ts";
import { bundleCacheFolder } from "../../components/bundle-cache.ts";

const built = vi.hoisted(() => ({ count: 0 }));
vi.mock("esbuild", async (original) => {
  const esbuild = await original<typeof import("esbuild")>();
  const build: typeof esbuild.build = (options) => {
    built.count++;
    return esbuild.build(options);
  };
  return { ...esbuild, build };
});

const folders: string[] = [];

/** A program's folder: two handlers that answer with the service's name, and what they share. */
const program = (serviceCode = 'export default { name: "parcels" };'): { root: string; service: string } => {
  const root = mkdtempSync(join(tmpdir(), "nexus-bundle-"));
  folders.push(root);
  mkdirSync(join(root, "node_modules"));
  writeFileSync(join(root, "service.ts"), serviceCode);
  writeFileSync(join(root, "shared.ts"), 'export const greet = (name: string): string => ["hello", name].join(" ");');
  for (const handler of ["one", "two"])
    writeFileSync(
      join(root, `${handler}.ts`),
      `import service from "nexus:service"; import { greet } from "./shared.ts"; import { createHash } from "node:crypto";
       export const handler = async () => greet(service.name + " from ${handler} " + typeof createHash);`,
    );
  vi.spyOn(process, "cwd").mockReturnValue(root);
  return { root, service: join(root, "service.ts") };
};

const answerOf = async (folder: string): Promise<unknown> => {
  const { handler } = await import(pathToFileURL(join(folder, "index.mjs")).href);
  return handler();
};

beforeEach(() => {
  built.count = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test("a bundle runs by itself, with the service module in place of nexus:service", async () => {
  const { root, service } = program();
  const folder = await bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: true });
  expect(await answerOf(folder)).toBe("hello parcels from one function");
});

test("what is asked for in one turn is built in one pass", async () => {
  const { root, service } = program();
  const [one, two, again] = await Promise.all(
    ["one.ts", "two.ts", "one.ts"].map((file) =>
      bundleHandler(join(root, file), { serviceModule: service, sourceMaps: true }),
    ),
  );
  expect(built.count).toBe(1);
  expect(one).not.toBe(two);
  expect(again).toBe(one);
});

test("the same sources give the same hash in another folder", async () => {
  const first = program();
  const a = await bundleHandler(join(first.root, "one.ts"), { serviceModule: first.service, sourceMaps: true });
  const second = program();
  const b = await bundleHandler(join(second.root, "one.ts"), { serviceModule: second.service, sourceMaps: true });
  expect(b).not.toBe(a);
  expect(b.split("/").at(-1)).toBe(a.split("/").at(-1));
});

test("the archive holds the code alone, the source map lies elsewhere", async () => {
  const { root, service } = program();
  const folder = await bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: true });
  expect(readdirSync(folder)).toEqual(["index.mjs"]);
  expect(readFileSync(join(folder, "index.mjs"), "utf8")).not.toContain("sourceMappingURL");
  expect(readdirSync(join(bundleCacheFolder(), "source-maps", basename(folder)))).toEqual(["index.mjs.map"]);
});

test("without source maps the bundle is the same", async () => {
  const { root, service } = program();
  const entry = join(root, "one.ts");
  const folder = await bundleHandler(entry, { serviceModule: service, sourceMaps: false });
  expect(existsSync(join(bundleCacheFolder(), "source-maps"))).toBe(false);
  expect(await bundleHandler(entry, { serviceModule: service, sourceMaps: true })).toBe(folder);
});

test("a second program waits for the first to build what both need", async () => {
  const { root, service } = program();
  const ask = async () => bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: false });
  const first = ask();
  await Promise.resolve();
  await Promise.resolve();
  const second = ask();
  expect(await second).toBe(await first);
  expect(built.count).toBe(1);
});

test("nothing is built when no input changed", async () => {
  const { root, service } = program();
  const first = await bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: true });
  expect(await bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: true })).toBe(first);
  expect(built.count).toBe(1);
});

test.each(["service.ts", "shared.ts", "one.ts"])("a change of %s is built again", async (file) => {
  const { root, service } = program();
  const first = await bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: true });
  writeFileSync(join(root, file), readFileSync(join(root, file), "utf8").replace(/parcels|hello|from one/, "changed"));
  const second = await bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: true });
  expect(second).not.toBe(first);
  expect(await answerOf(second)).toContain("changed");
});

test("bundles of another version of the bundler are built again", async () => {
  const { root, service } = program();
  const ask = () => bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: false });
  await ask();
  const [record = ""] = globSync(join(bundleCacheFolder(), "builds", "*.json"));
  const known = readFileSync(record, "utf8");
  writeFileSync(record, known.replace(/(components\/bundle-parts\.ts":")\d+/, "$10"));
  await ask();
  expect(built.count).toBe(2);
});

test("a bundle that was deleted from the cache is built again", async () => {
  const { root, service } = program();
  const folder = await bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: true });
  rmSync(folder, { recursive: true });
  expect(await bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: true })).toBe(folder);
  expect(built.count).toBe(2);
});

test.each([
  ["does not compile", "export default {\n  name: ;\n};", 'service.ts:2:8: Unexpected ";"'],
  [
    "imports what is not there",
    'import "./gone.ts";\nexport default {};',
    'service.ts:1:7: Could not resolve "./gone.ts"',
  ],
])("a service module that %s is named with its line", async (_, code, message) => {
  const { root, service } = program(code);
  await expect(bundleHandler(join(root, "one.ts"), { serviceModule: service, sourceMaps: true })).rejects.toMatchObject(
    {
      code: "NEXUS_CONFIGURATION_INVALID",
      message: expect.stringContaining(message),
    },
  );
  expect(existsSync(join(bundleCacheFolder(), "bundles"))).toBe(false);
});

test("without node_modules the bundles lie in the user's cache folder", () => {
  const root = mkdtempSync(join(tmpdir(), "nexus-cache-"));
  folders.push(root);
  vi.stubEnv("XDG_CACHE_HOME", join(root, "cache"));
  expect(bundleCacheFolder(root)).toBe(join(root, "cache", "nexus-blueprint"));
  vi.unstubAllEnvs();
});
