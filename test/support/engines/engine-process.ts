import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const startTimeoutSeconds = 60;
const keptOutputCharacters = 8_000;

/** A port of 127.0.0.1 that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
};

export interface EngineProcess {
  /** Kills the engine and waits for its end. */
  close(): Promise<void>;
}

/**
 * Starts a program and waits until `url` answers anything over HTTP.
 * Throws with the end of its output when it exits or stays silent for a minute. It dies with this process.
 */
export const startEngine = async (
  name: string,
  command: readonly string[],
  options: { readonly cwd: string; readonly url: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<EngineProcess> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "guard.ts"), ...command], {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-keptOutputCharacters);
    });
  const ended = once(child, "close");
  const close = async () => {
    child.stdin.end();
    await ended;
  };
  const deadline = performance.now() + startTimeoutSeconds * 1_000;
  while (performance.now() < deadline && child.exitCode === null) {
    const answered = await fetch(options.url, { signal: AbortSignal.timeout(2_000) })
      .then((response) => response.text())
      .then(() => true)
      .catch(() => false);
    if (answered) return { close };
    await delay(50);
  }
  await close();
  throw new Error(`${name} did not start:\n${output}`);
};
