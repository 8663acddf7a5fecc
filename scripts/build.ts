// npm run build [-- --out-dir DIR --javascript-only]: makes of the sources what is published.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "..");
const CONFIG = join(ROOT, "tsconfig.build.json");

/** What is not compiled: what Pulumi wants beside the policy pack's code. */
const COPIED = ["policy-pack/PulumiPolicy.yaml", "policy-pack/package.json"];

const { values } = parseArgs({
  options: { "out-dir": { type: "string", default: "dist" }, "javascript-only": { type: "boolean", default: false } },
});
const outDir = resolve(values["out-dir"]);

/** Without the types of the SDKs, which take the compiler ten times as long to load. */
const emitJavaScript = (): void => {
  const { config } = ts.readConfigFile(CONFIG, ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT, {}, CONFIG);
  const alone = { ...options, outDir, declaration: false, noCheck: true, noResolve: true, noLib: true, types: [] };
  ts.createProgram(fileNames, alone).emit();
};

const emitTypes = (): void => {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", CONFIG, "--outDir", outDir, "--emitDeclarationOnly"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
};

rmSync(outDir, { recursive: true, force: true });
emitJavaScript();
for (const file of COPIED) cpSync(join(ROOT, file), join(outDir, file));
if (!values["javascript-only"]) emitTypes();
