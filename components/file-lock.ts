import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Runs `work` while no other process holds the lock file. The lock of a process that died is taken over. Two may take
 * over at the same moment, so it saves work and must not be what correctness rests on.
 */
export const whileLocked = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  await mkdir(dirname(file), { recursive: true });
  while (!(await take(file))) {
    if (await isAbandoned(file)) await rm(file, { force: true });
    else await pause(25);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
};

/** By a link, so that the lock is never there without the number of its process. */
const take = async (file: string): Promise<boolean> => {
  const draft = `${file}.${process.pid}.${randomUUID()}`;
  await writeFile(draft, String(process.pid));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft);
  }
};

const isAbandoned = async (file: string): Promise<boolean> => {
  const pid = Number(await readFile(file, "utf8").catch(() => "0"));
  // It has just been given back.
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
};
