/** What passes between the local Lambda and the workers its functions run in. Payloads pass as JSON text. */

/** `workerData` of a worker. */
export interface WorkerStart {
  readonly taskRoot: string;
  /** `index.handler`. */
  readonly handler: string;
  /** Where compiled code is kept, so that the next worker of the bundle loads in half the time. */
  readonly compileCacheDirectory: string | undefined;
  /** One word: set to 1 and notified when an invocation was posted. */
  readonly gate: Int32Array<SharedArrayBuffer>;
  /** The part of the context object that is the same for every invocation. */
  readonly context: Readonly<Record<string, string>>;
}

export interface Invoke {
  readonly requestId: string;
  readonly payload: string;
  readonly timeoutMs: number;
  readonly traceHeader: string;
}

/** The body of an invocation that failed, as Lambda answers it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "init-failed"; readonly error: FunctionError }
  | {
      readonly type: "log";
      readonly timestamp: number;
      readonly requestId: string | undefined;
      readonly message: string;
    }
  | { readonly type: "result"; readonly payload: string; readonly heapBytes: number }
  | { readonly type: "failure"; readonly error: FunctionError; readonly heapBytes: number }
  /** The worker is about to end because of this error. */
  | { readonly type: "crash"; readonly error: FunctionError };
