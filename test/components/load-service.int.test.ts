import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-service-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const module = (code: string): string => {
  const path = join(folder, "service.ts");
  writeFileSync(path, code);
  return path;
};

/** In a process of its own, where Node imports the module as it does for Pulumi. */
const load = (argument: string): { readonly name?: string; readonly code?: string; readonly message?: string } => {
  const loader = new URL("../../components/load-service.ts", import.meta.url).href;
  const script = `import { loadService } from ${JSON.stringify(loader)};
    const answer = await loadService(${argument}).then(
      ({ service, serviceModule }) => ({ name: service.name, serviceModule }),
      ({ code, message }) => ({ code, message }),
    );
    console.log(JSON.stringify(answer));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
};

const SERVICE = 'export default { name: "parcels" as string, aggregates: [], projections: [] };';

test("a service module is loaded by path", () => {
  const path = module(SERVICE);
  expect(load(JSON.stringify(path))).toEqual({ name: "parcels", serviceModule: path });
});

test("a service module is loaded by URL", () => {
  const path = module(SERVICE);
  expect(load(`new URL(${JSON.stringify(pathToFileURL(path).href)})`)).toEqual({
    name: "parcels",
    serviceModule: path,
  });
});

test.each([
  [
    "throws at import",
    'const n: number = 1;\nthrow new TypeError("no luck");',
    ["failed at import: TypeError: no luck", "service.ts:2:7"],
  ],
  ["does not compile", "const a = 1;\nexport default { name: ; };", ["failed at import: SyntaxError", "service.ts:2"]],
  ["imports what is not there", 'import "./gone.ts";', ["failed at import", "gone.ts"]],
  ["exports no service", "export default 7;", ["export by default what service({...}) returns"]],
  ["exports nothing", "export const service = {};", ["export by default what service({...}) returns"]],
])("a service module that %s is refused with its place", (_, code, expected) => {
  const path = module(code);
  const answer = load(JSON.stringify(path));
  expect(answer.code).toBe("NEXUS_CONFIGURATION_INVALID");
  for (const part of [path, ...expected]) expect(answer.message).toContain(part);
});

test("a service module that is not there is refused", () => {
  expect(load(JSON.stringify(join(folder, "gone.ts"))).message).toContain("there is no such file");
});
