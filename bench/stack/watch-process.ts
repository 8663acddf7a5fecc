import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const SAMPLE_EVERY_MS = 1_000;
/** Of Linux, on every processor that Node runs on. */
const CLOCK_TICKS_PER_SECOND = 100;

export interface ProcessFigures {
  /** The largest resident memory that was seen. */
  readonly memoryMegabytes: number;
  /** Of all threads, from the start of the watch on; undefined on systems without /proc. */
  readonly cpuSeconds: number | undefined;
}

/** Watches a process from outside until the watch is ended. */
export const watchProcess = (pid: number): (() => ProcessFigures) => {
  const cpuBefore = cpuSeconds(pid);
  let memoryMegabytes = residentMegabytes(pid);
  const sampling = setInterval(() => {
    memoryMegabytes = Math.max(memoryMegabytes, residentMegabytes(pid));
  }, SAMPLE_EVERY_MS);
  return () => {
    clearInterval(sampling);
    const cpuAfter = cpuSeconds(pid);
    return {
      memoryMegabytes: Math.max(memoryMegabytes, residentMegabytes(pid)),
      cpuSeconds: cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore,
    };
  };
};

const residentMegabytes = (pid: number): number =>
  Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;

const cpuSeconds = (pid: number): number | undefined => {
  try {
    // The name, in parentheses, may hold spaces; utime and stime are the fields 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
};
