import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const COPIED = [
  ...[".dependency-cruiser.js", ".githooks", ".gitignore", "biome.json", "package.json", "scripts", "tsconfig.json"],
  ...["cli", "components", "examples", "local", "policy-pack", "runtime", "schemas"],
];

let folder: string;

const git = (...args: string[]): Promise<{ readonly exitCode: number; readonly output: string }> =>
  new Promise((resolve) => {
    const identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    execFile("git", [...identity, ...args], { cwd: folder, env: environment }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` });
    });
  });

/** Without what Git tells a hook, in case this test runs in one. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("GIT_")));

/** Commits a file and gives back what became of it. */
const commit = async (file: string, text: string) => {
  mkdirSync(join(folder, file, ".."), { recursive: true });
  writeFileSync(join(folder, file), text);
  await git("add", file);
  const result = await git("commit", "-q", "-m", "a change");
  if (result.exitCode !== 0) await git("rm", "-q", "--cached", "-f", file).then(() => git("reset", "-q", "--hard"));
  return result;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nexus-hook-"));
  for (const entry of COPIED) cpSync(join(REPOSITORY, entry), join(folder, entry), { recursive: true });
  symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  await git("init", "-q");
  await git("add", ".");
  await git("commit", "-q", "-m", "all");
  await git("config", "core.hooksPath", ".githooks");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("what is in order is committed, in silence", async () => {
  expect(await commit("runtime/kernel/fine.ts", "export const fine = 1;\n")).toEqual({ exitCode: 0, output: "" });
});

test("what is not formatted is refused, with the file", async () => {
  const { exitCode, output } = await commit("runtime/kernel/wide.ts", "export const wide   =   1;\n");
  expect(exitCode).toBe(1);
  expect(output).toContain("pre-commit: format and lint");
  expect(output).toContain("runtime/kernel/wide.ts");
});

test("an import that the architecture forbids is refused, with the rule", async () => {
  const text = 'import { readFileSync } from "node:fs";\n\nexport const text = () => readFileSync("x");\n';
  const { exitCode, output } = await commit("runtime/kernel/reading.ts", text);
  expect(exitCode).toBe(1);
  expect(output).toContain("kernel-is-pure");
});

test("a schema that breaks its readers is refused, with the rule", async () => {
  const file = "schemas/order/OrderCancelled.v1.json";
  const schema = JSON.parse(readFileSync(join(folder, file), "utf8")) as { required?: string[]; properties: object };
  const broken = { ...schema, required: [...(schema.required ?? []), "approvedBy"] };
  const text = { ...broken, properties: { ...schema.properties, approvedBy: { type: "string" } } };
  const { exitCode, output } = await commit(file, `${JSON.stringify(text, null, 2)}\n`);
  expect(exitCode).toBe(1);
  expect(output).toContain("pre-commit: schema compatibility");
  expect(output).toContain("nexus-schema-required-added");
});
