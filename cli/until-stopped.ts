/** What Ctrl-C and `kill` ask of a command that serves. */
export interface Stopping {
  /** Aborted at the first request to stop. */
  readonly signal: AbortSignal;
  /** Resolves at the first request to stop. */
  readonly stopped: Promise<undefined>;
  /** Stops listening. */
  release(): void;
}

/** 128 and the number of SIGINT, as shells have it. */
const EXIT_INTERRUPTED = 130;

/** Listens for SIGINT and SIGTERM. The first asks to stop; a second ends the process at once. */
export const untilStopped = (): Stopping => {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort(new Error("it was stopped"));
    resolve(undefined);
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    stopped: promise,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
};
