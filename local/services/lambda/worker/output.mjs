// @ts-check
// What a function prints, line by line, as log events: Lambda's text format for `console`, raw lines for the streams.
import { format } from "node:util";

/**
 * Replaces `console` and the standard streams of this worker. Libraries that make their own Console over
 * `process.stdout` (Powertools does, to print bare JSON) are caught by the streams.
 * @param {(message: string) => void} emit
 * @param {() => string | undefined} requestId
 * @returns {() => void} emits what was printed without a newline at its end
 */
export const captureOutput = (emit, requestId) => {
  const streams = [process.stdout, process.stderr].map((stream) => captureStream(stream, emit));
  /** @param {"TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR"} level */
  const print =
    (level) =>
    /** @param {unknown[]} values */
    (...values) =>
      emit(`${new Date().toISOString()}\t${requestId() ?? "undefined"}\t${level}\t${format(...values)}`);
  Object.assign(console, {
    trace: print("TRACE"),
    debug: print("DEBUG"),
    info: print("INFO"),
    log: print("INFO"),
    warn: print("WARN"),
    error: print("ERROR"),
  });
  return () => {
    for (const flush of streams) flush();
  };
};

/**
 * @param {NodeJS.WriteStream} stream
 * @param {(message: string) => void} emit
 * @returns {() => void}
 */
const captureStream = (stream, emit) => {
  let rest = "";
  const flush = () => {
    if (rest !== "") emit(rest);
    rest = "";
  };
  /**
   * @param {string | Uint8Array} chunk
   * @param {BufferEncoding | ((error?: Error | null) => void)} [encoding]
   * @param {(error?: Error | null) => void} [written]
   */
  const write = (chunk, encoding, written) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") emit(line);
    const done = typeof encoding === "function" ? encoding : written;
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  stream.write = /** @type {typeof stream.write} */ (write);
  return flush;
};
