import type { FunctionConfig, LogSink } from "../../contract.ts";
import type { FunctionError } from "./protocol.ts";

/** What the platform itself writes into a function's log, in Lambda's text format. */
export class FunctionLog {
  readonly #config: FunctionConfig;
  readonly #sink: LogSink;
  readonly #clock: () => number;

  constructor(config: FunctionConfig, sink: LogSink, clock: () => number) {
    this.#config = config;
    this.#sink = sink;
    this.#clock = clock;
  }

  line(requestId: string | undefined, timestamp: number, message: string): void {
    const { logGroupName, name } = this.#config;
    this.#sink.write({ logGroupName, functionName: name, requestId, timestamp, message });
  }

  initStart(): void {
    this.#write(undefined, `INIT_START Runtime Version: ${this.#config.runtime} local ${process.version}`);
  }

  start(requestId: string): void {
    this.#write(requestId, `START RequestId: ${requestId} Version: $LATEST`);
  }

  error(requestId: string | undefined, error: FunctionError): void {
    const kind = requestId === undefined ? "Init Error" : "Invoke Error";
    const time = new Date(this.#clock()).toISOString();
    this.#write(requestId, `${time}\t${requestId ?? "undefined"}\tERROR\t${kind}\t${JSON.stringify(error)}`);
  }

  /** "Max Memory Used" is the heap after the invocation: threads share the rest of the process' memory. */
  report(requestId: string, durationMs: number, heapBytes: number | undefined, initMs: number | undefined): void {
    const billedMs = Math.ceil(durationMs + (initMs ?? 0));
    const parts = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${billedMs} ms`,
      `Memory Size: ${this.#config.memoryMegabytes} MB`,
      ...(heapBytes === undefined ? [] : [`Max Memory Used: ${Math.ceil(heapBytes / 2 ** 20)} MB`]),
      ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ];
    this.#write(requestId, `END RequestId: ${requestId}`);
    this.#write(requestId, parts.join("\t"));
  }

  #write(requestId: string | undefined, message: string): void {
    this.line(requestId, this.#clock(), message);
  }
}
