import { once } from "node:events";
import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleHandler } from "../../components/bundle.ts";

const ROOT = join(import.meta.dirname, "../..");
const AMZ_JSON = { ":status": 200, "content-type": "application/x-amz-json-1.1" };

const objects = new Map<string, Buffer>();
const s3 = createHttpServer(async (request, response) => {
  const path = new URL(request.url ?? "", "http://s3").pathname;
  if (request.method === "PUT") objects.set(path, await buffer(request));
  response.end(request.method === "GET" ? objects.get(path) : undefined);
});
/** Answers each request with all that any of them expects; an index is never there. */
const openSearch = createHttpServer((request, response) => {
  request.resume();
  response.writeHead(request.method === "HEAD" ? 404 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify({ items: [{ index: { status: 201 } }], docs: [], hits: { hits: [], total: 7 } }));
});
const kinesis = createHttp2Server().on("stream", (stream) => {
  stream.respond(AMZ_JSON);
  stream.end(JSON.stringify({ StreamNames: ["over HTTP/2"] }));
});
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** As Lambda unpacks an archive: no node_modules beside it, nor above. */
const task = mkdtempSync(join(tmpdir(), "nexus-task-"));
let archive: string;

beforeAll(async () => {
  archive = await bundleHandler(join(ROOT, "test/components/support/parts-handler.ts"), {
    serviceModule: join(ROOT, "runtime/domain/service.ts"),
    sourceMaps: false,
  });
  cpSync(archive, task, { recursive: true });
  for (const server of [s3, openSearch, kinesis]) await once(server.listen(0, "127.0.0.1"), "listening");
}, 60_000);
afterAll(() => {
  for (const server of [s3, openSearch, kinesis]) server.close();
  rmSync(task, { recursive: true, force: true });
});

/** What the handler answers in a thread of its own, and what was imported for it: builtins, too, if they were imported. */
const call = async (use: string): Promise<{ answer: unknown; loaded: string[] }> => {
  const script = `const loaded = [];
    const { parentPort } = require("node:worker_threads");
    const { registerHooks } = require("node:module");
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    import(process.env.ENTRY).then(({ handler }) => handler(process.env.USE))
      .then((answer) => parentPort.postMessage({ answer, loaded }));`;
  const env = {
    ENTRY: join(task, "index.mjs"),
    USE: use,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIATEST",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_S3: urlOf(s3),
    OPENSEARCH_URL: urlOf(openSearch),
    AWS_ENDPOINT_URL_KINESIS: urlOf(kinesis),
  };
  const worker = new Worker(script, { eval: true, env });
  const [message] = await once(worker, "message");
  await worker.terminate();
  return message;
};

describe("where there is no node_modules", () => {
  test.each([
    ["s3-client", "kept"],
    ["schema-evolution", true],
    ["sqlite-read-model-store", "function"],
    ["open-opensearch", ["written", 0, 7]],
  ])(
    "a function loads %s from its archive when it first needs it, and imports nothing else",
    async (part, expected) => {
      const { answer, loaded } = await call(part);
      expect(answer).toEqual(expected);
      expect(loaded.map((url) => basename(url))).toEqual(["index.mjs", `${part}.mjs`]);
    },
  );

  test("a client that speaks HTTP/2 does", async () => {
    const { answer } = await call("http2");
    expect(answer).toEqual(["over HTTP/2"]);
  });
});

test("what the runtime imports dynamically is a part", () => {
  const parts = new Set<string>();
  for (const file of globSync("runtime/**/*.ts", { cwd: ROOT }))
    for (const [, path = ""] of readFileSync(join(ROOT, file), "utf8").matchAll(/\bimport\("(\.[^"]+)"\)/g))
      parts.add(basename(path, extname(path)));
  expect(readdirSync(archive)).toEqual([...parts, "index", "event-streams"].map((name) => `${name}.mjs`).sort());
});
