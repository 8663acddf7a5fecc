import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { WireRequest } from "../contract.ts";

/** A request as the gateway's parts share it. */
export interface GatewayRequest {
  readonly id: string;
  readonly method: string;
  /** As it came, still encoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Names in lower case, every value of a repeated header. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly protocol: string;
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** X-Ray trace header, the caller's or a new one. */
  readonly trace: string;
}

export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: Buffer | string;
}

/** An answer that the gateway makes itself. */
export const messageAnswer = (
  statusCode: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): GatewayAnswer => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify({ message }),
});

const newTrace = (now: number): string =>
  `Root=1-${Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0")}-${randomBytes(12).toString("hex")}`;

export const toGatewayRequest = (raw: IncomingMessage, body: Buffer, now: number): GatewayRequest => {
  const url = raw.url ?? "/";
  const question = url.indexOf("?");
  const headers: Record<string, readonly string[]> = {};
  for (const [name, values] of Object.entries(raw.headersDistinct)) if (values !== undefined) headers[name] = values;
  return {
    id: randomUUID(),
    method: raw.method ?? "GET",
    path: question === -1 ? url : url.slice(0, question),
    query: question === -1 ? "" : url.slice(question + 1),
    headers,
    body,
    sourceIp: (raw.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, ""),
    protocol: `HTTP/${raw.httpVersion}`,
    host: raw.headers.host ?? "127.0.0.1",
    time: now,
    trace: headers["x-amzn-trace-id"]?.[0] ?? newTrace(now),
  };
};

export const header = (request: GatewayRequest, name: string): string | undefined => request.headers[name]?.[0];

/** The same request in the form that the signature check reads. */
export const toWireRequest = (request: GatewayRequest): WireRequest => ({
  method: request.method,
  path: request.query === "" ? request.path : `${request.path}?${request.query}`,
  headers: Object.fromEntries(Object.entries(request.headers).map(([name, values]) => [name, values.join(",")])),
  body: request.body,
});

/** Every value of every parameter of a query string, decoded. */
export const queryValues = (query: string): Record<string, string[]> => {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `12/Mar/2020:19:03:58 +0000`, the form of `requestContext.time`. */
export const commonLogTime = (epochMs: number): string => {
  const at = new Date(epochMs);
  const clock = at.toISOString().slice(11, 19);
  return `${String(at.getUTCDate()).padStart(2, "0")}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${clock} +0000`;
};
