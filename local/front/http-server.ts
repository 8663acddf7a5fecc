import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { WireRequest, WireResponse } from "../services/contract.ts";

export interface HttpServer {
  readonly port: number;
  /** Ends open connections at once. */
  close(): Promise<void>;
}

/** The largest body of the services behind it: a part of an S3 upload; fauxqs takes 11 MiB. */
const LARGEST_BODY_BYTES = 11 * 1024 * 1024;

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
};

const wireHeaders = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );

const toWireRequest = (request: IncomingMessage, body: Buffer): WireRequest => ({
  method: request.method ?? "GET",
  path: request.url ?? "/",
  headers: wireHeaders(request),
  body,
});

const write = (response: ServerResponse, answer: WireResponse): void => {
  const { "content-length": _, "transfer-encoding": __, connection: ___, ...headers } = answer.headers;
  // The length of a HEAD's answer is that of a body it does not have.
  const length =
    response.req.method === "HEAD" ? (answer.headers["content-length"] ?? "0") : String(answer.body.length);
  response.writeHead(answer.statusCode, answer.statusCode === 204 ? headers : { ...headers, "content-length": length });
  response.end(response.req.method === "HEAD" ? undefined : answer.body);
};

/** Serves on the loopback. Rejects with a sentence that names the port when it is taken. */
export const serveHttp = async (
  port: number,
  handle: (request: WireRequest) => Promise<WireResponse>,
): Promise<HttpServer> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    if (body !== undefined) return write(response, await handle(toWireRequest(request, body)));
    const text = `The body exceeds ${LARGEST_BODY_BYTES} bytes, the most the local cloud takes.`;
    response.writeHead(413, { "content-type": "text/plain", connection: "close" });
    response.end(text);
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    answer(request, response).catch(() => response.destroy()); // the client went away
  });
  server.requestTimeout = 0; // a long poll or a synchronous invocation may take minutes
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(
              `Port ${port} of the local AWS endpoint is in use. Stop what listens there, or choose another port.`,
            )
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
