import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { WireRequest, WireResponse } from "../services/contract.ts";

export interface HttpServer {
  readonly port: number;
  /** Ends open connections at once. */
  close(): Promise<void>;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** The largest body of the services behind it: a part of an S3 upload; fauxqs takes 11 MiB. */
const LARGEST_BODY_BYTES = 11 * 1024 * 1024;

/** How every HTTP/2 connection begins; the SDK's Kinesis client speaks it, without TLS where the endpoint has none. */
const HTTP2_PREFACE = "PRI * HTTP/2.0";

const readBody = async (request: Request): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
};

/** HTTP/2 has `:authority` where HTTP/1.1 has the host, and the SDK then signs it by that name. */
const wireHeaders = ({ headers }: Request): Record<string, string> => {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(",") : value;
  const { ":method": _, ":path": __, ":scheme": ___, ...kept } = plain;
  const authority = kept[":authority"];
  return authority === undefined ? kept : { host: authority, ...kept };
};

const HOP_HEADERS = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "date"]);

const write = (request: Request, response: Response, { statusCode, headers, body }: WireResponse): void => {
  const isHead = request.method === "HEAD";
  for (const [name, value] of Object.entries(headers)) if (!HOP_HEADERS.has(name)) response.setHeader(name, value);
  // The answer to HEAD tells the length of a body that it does not have.
  const length = isHead ? headers["content-length"] : String(body.length);
  if (length !== undefined && statusCode !== 204) response.setHeader("content-length", length);
  response.statusCode = statusCode;
  if (isHead || body.length === 0) response.end();
  else response.end(body);
};

const tooLarge = (): WireResponse => ({
  statusCode: 413,
  headers: { "content-type": "text/plain" },
  body: Buffer.from(`The body exceeds ${LARGEST_BODY_BYTES} bytes, the most the local cloud takes.`),
});

const failed = (error: Error): WireResponse => ({
  statusCode: 500,
  headers: { "content-type": "text/plain" },
  body: Buffer.from(`The local cloud failed: ${error.message}`),
});

/** Serves HTTP/1.1 and HTTP/2 on one port of the loopback. Rejects with a sentence that names the port when it is taken. */
export const serveHttp = async (
  port: number,
  handle: (request: WireRequest) => Promise<WireResponse>,
): Promise<HttpServer> => {
  const answer = async (request: Request, response: Response): Promise<void> => {
    const body = await readBody(request);
    if (body === undefined) return write(request, response, tooLarge());
    const { method = "GET", url = "/" } = request;
    write(request, response, await handle({ method, path: url, headers: wireHeaders(request), body }));
  };
  const listener = (request: Request, response: Response): void => {
    answer(request, response).catch((error: Error) => {
      if (request.destroyed || response.headersSent)
        response.destroy(); // the client went away
      else write(request, response, failed(error));
    });
  };
  const http1 = createHttp1Server({ keepAliveTimeout: 60_000 }, listener);
  http1.requestTimeout = 0; // a long poll or a synchronous invocation may take minutes
  const http2 = createHttp2Server({}, listener);
  http2.on("sessionError", () => undefined); // a client that breaks the protocol loses its connection, no more

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return; // closed before it said anything
      socket.unshift(first);
      const isHttp2 = first.subarray(0, HTTP2_PREFACE.length).toString("latin1") === HTTP2_PREFACE;
      (isHttp2 ? http2 : http1).emit("connection", socket);
    });
  });
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
        http1.close();
        http2.close();
        for (const socket of sockets) socket.destroy();
      }),
  };
};
