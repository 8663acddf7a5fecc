import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type WebSocket, WebSocketServer } from "ws";
import { verifySignature } from "../../local/front/signature.ts";
import type { RunningStack } from "../../local/running-stack.ts";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The service the request was signed for; the code of the error when its signature does not hold. */
  readonly signedFor: string;
}

export interface ApiDouble {
  readonly stack: RunningStack;
  readonly seen: readonly SeenRequest[];
  /** What the next requests are answered with, in turn; the last one stays. */
  answer(...answers: readonly { readonly status: number; readonly body: unknown }[]): void;
  /** Called with each message of a WebSocket client. */
  onMessage(listener: (socket: WebSocket, message: Record<string, unknown>) => void): void;
  close(): Promise<void>;
}

const KEYS = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };

/** A server that checks signatures as the local cloud does and answers what it is told to. */
export const apiDouble = async (): Promise<ApiDouble> => {
  const seen: SeenRequest[] = [];
  let answers: readonly { readonly status: number; readonly body: unknown }[] = [];
  let listener: (socket: WebSocket, message: Record<string, unknown>) => void = () => {};

  const record = async (request: IncomingMessage): Promise<void> => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const wire = { method: String(request.method), path: String(request.url), headers, body: await buffer(request) };
    const { signedFor } = await verifySignature(wire, { lookup: () => identity }, new Date()).then(
      ({ service }) => ({ signedFor: service }),
      (error: Error) => ({ signedFor: error.name }),
    );
    seen.push({ ...wire, body: wire.body.toString(), signedFor });
  };

  const server = createServer((request, response) => {
    void record(request).then(() => {
      const [{ status, body } = { status: 500, body: "no answer was prepared" }, ...rest] = answers;
      if (rest.length > 0) answers = rest;
      response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    void record(request);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("message", (data) => listener(webSocket, JSON.parse(String(data)) as Record<string, unknown>));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    stack: {
      pid: process.pid,
      stack: "dev",
      api: `http://${host}`,
      websocket: `ws://${host}/_ws/api/dev`,
      aws: `http://${host}`,
      region: "eu-west-1",
      ...KEYS,
      outputs: {},
    },
    seen,
    answer: (...given) => {
      answers = given;
    },
    onMessage: (given) => {
      listener = given;
    },
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

const arn = "arn:aws:iam::000000000000:user/operator";
const identity = {
  principal: { arn, identityArn: arn, accessKeyId: KEYS.accessKeyId, accountId: "000000000000" },
  credentials: KEYS,
};
