import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleHandler } from "../../components/bundle.ts";

interface Subsegment {
  readonly id: string;
  readonly name: string;
  readonly trace_id: string;
  readonly parent_id: string;
}

const ROOT = join(import.meta.dirname, "../..");
const TRACE = "1-5f84c7a0-0123456789abcdef01234567";
const SEGMENT = "53995c3f42cd8ad8";

/** Stands in for X-Ray's daemon, which Lambda runs beside the function. */
const daemon = createSocket("udp4");
const received: Subsegment[] = [];

beforeAll(async () => {
  // A datagram is a header line and a subsegment, each as JSON.
  daemon.on("message", (message) => received.push(JSON.parse(message.toString().split("\n")[1] ?? "") as Subsegment));
  daemon.bind(0, "127.0.0.1");
  await once(daemon, "listening");
});
afterAll(() => daemon.close());

const bundleOf = async (): Promise<string> => {
  const folder = await bundleHandler(join(ROOT, "test/components/support/traced-handler.ts"), {
    serviceModule: join(ROOT, "runtime/domain/service.ts"),
    sourceMaps: false,
  });
  return join(folder, "index.mjs");
};

test("what runs side by side in a function is traced below its own parent", { timeout: 30_000 }, async () => {
  const worker = new Worker(
    `import(process.env.ENTRY).then(({ handler }) => handler()).then(() => require("node:worker_threads").parentPort.postMessage("done"))`,
    {
      eval: true,
      env: {
        ENTRY: await bundleOf(),
        LAMBDA_TASK_ROOT: ROOT,
        AWS_LAMBDA_FUNCTION_NAME: "traced",
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
        _X_AMZN_TRACE_ID: `Root=${TRACE};Parent=${SEGMENT};Sampled=1`,
      },
    },
  );
  await once(worker, "message");
  while (received.length < 4) await once(daemon, "message");
  await worker.terminate();

  const named = (name: string): Subsegment | undefined => received.find((subsegment) => subsegment.name === name);
  expect(new Set(received.map((subsegment) => subsegment.trace_id))).toEqual(new Set([TRACE]));
  for (const side of ["left", "right"]) {
    expect(named(side)?.parent_id).toBe(SEGMENT);
    expect(named(`${side}-inner`)?.parent_id).toBe(named(side)?.id);
  }
});

test("a bundle carries neither async hooks nor what traces version 2 of the SDK", { timeout: 30_000 }, async () => {
  const code = readFileSync(await bundleOf(), "utf8");
  expect(code).toContain("AWS SDK v2 is not traced");
  expect(code).not.toContain("createHook");
  expect(code).not.toContain("Invalid SemVer");
});
