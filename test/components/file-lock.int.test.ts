import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { whileLocked } from "../../components/file-lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("one at a time, and the lock is gone afterwards", async () => {
  const lock = join(folder, "a.lock");
  const seen: string[] = [];
  const work = (name: string) =>
    whileLocked(lock, async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} ends`);
    });
  await Promise.all([work("a"), work("b"), work("c")]);
  for (let index = 0; index < seen.length; index += 2)
    expect(seen[index + 1]).toBe(seen[index]?.replace("begins", "ends"));
  expect(existsSync(lock)).toBe(false);
});

test("work that fails frees the lock", async () => {
  const lock = join(folder, "a.lock");
  await expect(whileLocked(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await whileLocked(lock, async () => "done")).toBe("done");
});

test("the lock of a process that died is taken over", async () => {
  const lock = join(folder, "a.lock");
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(lock, String(pid));
  expect(await whileLocked(lock, async () => "done")).toBe("done");
});
