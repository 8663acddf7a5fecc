// A thread that opens the files of logs as soon as all threads are ready for the next, and says what went wrong.

import { parentPort, workerData } from "node:worker_threads";
import { openEventFile } from "../../../../runtime/adapters/sqlite/event-file.ts";

interface Opening {
  readonly files: readonly string[];
  readonly threads: number;
  /** How often a thread got ready. */
  readonly arrivals: Int32Array;
}

const { files, threads, arrivals } = workerData as Opening;

const errors: string[] = [];
for (const [round, file] of files.entries()) {
  Atomics.add(arrivals, 0, 1);
  Atomics.notify(arrivals, 0);
  for (let ready = 0; ready < threads * (round + 1); ready = Atomics.load(arrivals, 0))
    Atomics.wait(arrivals, 0, ready);
  try {
    openEventFile(file, "process-crash").close();
  } catch (error) {
    errors.push(String(error));
  }
}
parentPort?.postMessage(errors);
