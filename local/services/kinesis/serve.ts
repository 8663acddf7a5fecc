import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError, type JsonService } from "../contract.ts";
import { type KinesisOptions, openKinesis } from "./open-kinesis.ts";

const TARGET = /^Kinesis_20131202\.(\w+)$/;

const readBody = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || "{}");
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object");
};

const answer = async (service: JsonService, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const send = (statusCode: number, body: Record<string, unknown>) => {
    response.writeHead(statusCode, {
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-requestid": randomUUID(),
    });
    response.end(JSON.stringify(body));
  };
  try {
    const input = await readBody(request);
    const action = TARGET.exec(String(request.headers["x-amz-target"]))?.[1];
    if (action === undefined) throw new AwsError("UnknownOperationException", "x-amz-target names no Kinesis action");
    send(200, await service.call(action, input));
  } catch (error) {
    if (error instanceof AwsError)
      send(error.statusCode, { __type: error.code, message: error.message, ...error.members });
    else send(500, { __type: "InternalFailure", message: error instanceof Error ? error.message : String(error) });
  }
};

/** The engine by itself over JSON 1.1, without signatures: for tests and benchmarks. Port 0 takes a free one. */
export const serveKinesis = async (
  options: KinesisOptions & { readonly port: number },
): Promise<{ readonly endpoint: string; close(): Promise<void> }> => {
  const service = openKinesis(options);
  const server = createServer((request, response) => void answer(service, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
    },
  };
};
