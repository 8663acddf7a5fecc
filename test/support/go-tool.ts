import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

export const goAvailable = (): boolean => spawnSync("go", ["version"]).status === 0;

/**
 * Path of a command from the Go module proxy, built once and kept outside the tree. As a tool of a module of its own:
 * `go install` refuses modules with replace directives.
 */
export const buildGoTool = async (command: string, version: string): Promise<string> => {
  const cache = process.env["NEXUS_CACHE_DIR"] ?? join(homedir(), ".cache", "nexus-blueprint");
  const binary = join(cache, `${basename(command)}-${version}`);
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "build-"));
  try {
    writeFileSync(join(work, "go.mod"), "module nexus/tools\n\ngo 1.25\n");
    const go = (...args: string[]) => promisify(execFile)("go", args, { cwd: work, maxBuffer: 64 << 20 });
    await go("get", "-tool", `${command}@${version}`);
    await go("build", "-o", "tool", command);
    renameSync(join(work, "tool"), binary);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return binary;
};
