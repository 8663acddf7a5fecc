import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { compileCacheFolder } from "../../local/compile-cache.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A module that runs as a process of its own and says what it does line by line. */
export class ChildProcess {
  readonly lines: string[] = [];
  /** Settles when it has ended and all that it said was read. */
  readonly closed: Promise<unknown>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #said = new EventEmitter();
  #errors = "";

  constructor(module: string, ...args: readonly string[]) {
    this.#child = spawn(process.execPath, [module, ...args], {
      env: { ...process.env, NODE_COMPILE_CACHE: compileCacheFolder(ROOT) },
    });
    this.closed = once(this.#child, "close");
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    // What is told to a process that was killed meanwhile is lost with it.
    this.#child.stdin.on("error", () => undefined);
    createInterface(this.#child.stdout).on("line", (line) => {
      this.lines.push(line);
      this.#said.emit("line");
    });
  }

  get errors(): string {
    return this.#errors;
  }

  tell(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Settles when it has said so many lines more, or what is asked for; rejects when it ends before. */
  async says(enough: number | ((lines: readonly string[]) => boolean)): Promise<void> {
    const count = this.lines.length;
    const isEnough = typeof enough === "number" ? () => this.lines.length >= count + enough : () => enough(this.lines);
    let stop = () => {};
    const said = new Promise<void>((resolve) => {
      const look = () => isEnough() && resolve();
      stop = () => void this.#said.off("line", look);
      this.#said.on("line", look);
      look();
    });
    const ended = this.closed.then(() => Promise.reject(new Error(`the process ended: ${this.#errors}`)));
    await Promise.race([said, ended]).finally(stop);
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.closed;
  }
}
