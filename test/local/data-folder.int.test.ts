import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deleteDataFolder, openDataFolder } from "../../local/data-folder.ts";
import { InputError } from "../../local/engine/project.ts";

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "nexus-data-"));
  folder = join(parent, ".nexus");
});
afterEach(() => rmSync(parent, { recursive: true }));

describe("a data folder", () => {
  it("is created with the version of its format", () => {
    openDataFolder(folder).release();
    expect(JSON.parse(readFileSync(join(folder, "format.json"), "utf8"))).toEqual({ version: 2 });
  });

  it("is one stack's at a time, and the next one's when it is released", () => {
    const first = openDataFolder(folder);
    expect(() => openDataFolder(folder)).toThrow(InputError);
    expect(() => openDataFolder(folder)).toThrow(/is in use by another stack/);
    first.release();
    openDataFolder(folder).release();
  });

  it("is free again when the process that had it was killed", async () => {
    const module = pathToFileURL(join(import.meta.dirname, "../../local/data-folder.ts")).href;
    const script = `import { openDataFolder } from ${JSON.stringify(module)};
      openDataFolder(${JSON.stringify(folder)}); console.log("open"); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    expect(() => openDataFolder(folder)).toThrow(/is in use/);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    openDataFolder(folder).release();
  });

  it("of another version is refused with what to do", () => {
    openDataFolder(folder).release();
    writeFileSync(join(folder, "format.json"), '{"version":7}');
    expect(() => openDataFolder(folder)).toThrow(/has data format 7, and this version of nexus reads 2.*nexus reset/);
  });

  it("is never made of a folder that holds something else", () => {
    writeFileSync(join(parent, "letter.txt"), "dear");
    expect(() => openDataFolder(parent)).toThrow(/holds files but is not a data folder/);
  });
});

describe("forgetting a data folder", () => {
  it("deletes it", () => {
    openDataFolder(folder).release();
    expect(deleteDataFolder(folder)).toBe(true);
    expect(existsSync(folder)).toBe(false);
  });

  it("says when there is none", () => {
    expect(deleteDataFolder(folder)).toBe(false);
  });

  it("refuses while a stack uses it, and deletes nothing else's", () => {
    const open = openDataFolder(folder);
    expect(() => deleteDataFolder(folder)).toThrow(/is in use/);
    open.release();
    writeFileSync(join(parent, "letter.txt"), "dear");
    expect(() => deleteDataFolder(parent)).toThrow(/Nothing was deleted/);
    expect(existsSync(join(parent, "letter.txt"))).toBe(true);
  });
});
