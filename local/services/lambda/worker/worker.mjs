// @ts-check
// A function's execution environment from the inside: what Lambda's runtime interface client is on AWS.
// Plain JavaScript, because stripping types in every worker costs 12 MB and 40 ms of it.
import { enableCompileCache, flushCompileCache } from "node:module";
import { getHeapStatistics } from "node:v8";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { describeError, RuntimeError } from "./errors.mjs";
import { loadHandler } from "./load-handler.mjs";
import { captureOutput } from "./output.mjs";

/** @typedef {import("./protocol.ts").FromWorker} FromWorker */
/** @typedef {import("./protocol.ts").Invoke} Invoke */
/** @typedef {import("./protocol.ts").WorkerStart} WorkerStart */

if (parentPort === null) throw new Error("worker.mjs runs in a worker of the local Lambda");
const port = parentPort;
const start = /** @type {WorkerStart} */ (workerData);
const turnOfTheLoop = setImmediate;

/** @type {string | undefined} */
let requestId;
/** @param {FromWorker} message */
const send = (message) => port.postMessage(message);
const flushOutput = captureOutput(
  (message) => send({ type: "log", timestamp: Date.now(), requestId, message }),
  () => requestId,
);

process.on("unhandledRejection", (reason) => {
  const error = new RuntimeError("Runtime.UnhandledPromiseRejection", String(reason));
  if (reason instanceof Error && reason.stack !== undefined) error.stack = `${error.name}: ${reason.stack}`;
  flushOutput();
  send({ type: "crash", error: describeError(error) });
  process.exit(128);
});

/**
 * Holds this thread, timers and sockets included, until the next invocation: between invocations Lambda freezes an
 * environment too. On waking the loop turns once, so that a connection closed meanwhile is seen to be closed.
 * @returns {Promise<Invoke>}
 */
const nextInvocation = async () => {
  Atomics.wait(start.gate, 0, 0);
  Atomics.store(start.gate, 0, 0);
  const received = receiveMessageOnPort(port);
  if (received === undefined) throw new Error("woken without an invocation");
  const invocation = /** @type {Invoke} */ (received.message);
  requestId = invocation.requestId;
  await new Promise((resolve) => turnOfTheLoop(resolve));
  return invocation;
};

/** @param {Invoke} invocation */
const contextOf = (invocation) => {
  const deadline = performance.now() + invocation.timeoutMs;
  return {
    ...start.context,
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: invocation.requestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
};

/**
 * @param {(event: unknown, context: unknown) => unknown} handler
 * @param {Invoke} invocation
 * @returns {Promise<string>} the answer as JSON
 */
const run = async (handler, invocation) => {
  const answer = await handler(JSON.parse(invocation.payload), contextOf(invocation));
  try {
    return JSON.stringify(answer) ?? "null";
  } catch {
    throw new RuntimeError("Runtime.JSONStringifyError", "Unable to stringify response body");
  }
};

const main = async () => {
  /** @type {(event: unknown, context: unknown) => unknown} */
  let handler;
  if (start.compileCacheDirectory !== undefined) enableCompileCache(start.compileCacheDirectory);
  try {
    handler = await loadHandler(start.taskRoot, start.handler);
  } catch (error) {
    flushOutput();
    send({ type: "init-failed", error: describeError(error) });
    return;
  }
  flushOutput();
  send({ type: "ready" });
  if (start.compileCacheDirectory !== undefined) flushCompileCache();
  for (;;) {
    const invocation = await nextInvocation();
    process.env["_X_AMZN_TRACE_ID"] = invocation.traceHeader;
    /** @type {FromWorker} */
    let answer;
    try {
      answer = { type: "result", payload: await run(handler, invocation), heapBytes: heapBytes() };
    } catch (error) {
      answer = { type: "failure", error: describeError(error), heapBytes: heapBytes() };
    }
    flushOutput();
    send(answer);
  }
};

const heapBytes = () => {
  const heap = getHeapStatistics();
  return heap.used_heap_size + heap.external_memory;
};

void main();
