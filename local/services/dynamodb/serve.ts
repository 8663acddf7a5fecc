import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { WireResponse } from "../contract.ts";
import { serializationError } from "./errors.ts";
import { type DynamoDbOptions, type LocalDynamoDb, openDynamoDb } from "./open.ts";
import { encodeAnswer, encodeError, splitTarget } from "./wire.ts";

/** DynamoDB takes requests of 16 MB at most. */
const maximumRequestBytes = 16 * 1024 * 1024;

/** By events, not by iteration: that costs a tenth of the whole call. */
const readBody = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request
      .on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maximumRequestBytes) chunks.push(chunk);
      })
      .on("end", () => {
        if (bytes > maximumRequestBytes) reject(serializationError("The request is larger than 16 MB"));
        else resolve(Buffer.concat(chunks).toString("utf8"));
      })
      .on("error", reject);
  });

const parseBody = (body: string): Record<string, unknown> => {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === "object" && input !== null && !Array.isArray(input)) return input as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw serializationError("The request body is not a JSON object");
};

const idPrefix = randomUUID();
let requests = 0;
/** Unique here and across restarts; a random id for each request would cost as much as its write. */
const nextRequestId = (): string => `${idPrefix}-${++requests}`;

const answer = async (service: LocalDynamoDb, request: IncomingMessage): Promise<WireResponse> => {
  const requestId = nextRequestId();
  try {
    const body = await readBody(request);
    const header = request.headers["x-amz-target"];
    const action = splitTarget(typeof header === "string" ? header : undefined);
    return encodeAnswer(await service.call(action, parseBody(body)), requestId);
  } catch (error) {
    return encodeError(error, requestId);
  }
};

export interface DynamoDbServer {
  /** Base URL on 127.0.0.1. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Serves the engine by itself, over plain HTTP and without a look at signatures; any credentials do. Port 0 is free. */
export const serveDynamoDb = async ({
  port,
  ...options
}: DynamoDbOptions & { readonly port: number }): Promise<DynamoDbServer> => {
  const service = openDynamoDb(options);
  const server = createServer((request, response) => {
    void answer(service, request).then(({ statusCode, headers, body }) => {
      response.writeHead(statusCode, headers).end(body);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    endpoint: `http://127.0.0.1:${bound}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await service.close();
    },
  };
};
