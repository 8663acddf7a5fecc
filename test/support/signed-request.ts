import { createHash, createHmac } from "node:crypto";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials, WireRequest } from "../../local/services/contract.ts";

export interface UnsignedRequest {
  readonly method?: string;
  /** With the query string; the host is the one that is signed. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Signing {
  readonly credentials: Credentials;
  /** @default "execute-api" */
  readonly service?: string;
  /** @default "eu-west-1" */
  readonly region?: string;
  readonly signingDate?: Date;
}

type HashInput = string | Uint8Array | ArrayBuffer | ArrayBufferView;

class Sha256 {
  readonly #hash;
  constructor(secret?: HashInput) {
    this.#hash =
      secret === undefined
        ? createHash("sha256")
        : createHmac("sha256", typeof secret === "string" ? secret : Buffer.from(secret as Uint8Array));
  }
  update(data: HashInput): void {
    this.#hash.update(typeof data === "string" ? data : Buffer.from(data as Uint8Array));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error("a hash is used once");
  }
}

const signer = ({ credentials, service = "execute-api", region = "eu-west-1" }: Signing): SignatureV4 =>
  new SignatureV4({ credentials, service, region, sha256: Sha256, uriEscapePath: service !== "s3" });

const smithyRequest = ({ method = "GET", url, headers = {}, body }: UnsignedRequest): HttpRequest => {
  const { protocol, hostname, port, pathname, searchParams, host } = new URL(url);
  const query: Record<string, string | string[]> = {};
  for (const key of new Set(searchParams.keys())) {
    const values = searchParams.getAll(key);
    query[key] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return new HttpRequest({
    method,
    protocol,
    hostname,
    ...(port === "" ? {} : { port: Number(port) }),
    path: pathname,
    query,
    headers: { ...headers, host },
    ...(body === undefined ? {} : { body }),
  });
};

/** The headers of the request, signed; give them to `fetch` or to a WebSocket client. */
export const signedHeaders = async (request: UnsignedRequest, signing: Signing): Promise<Record<string, string>> => {
  const { signingDate = new Date() } = signing;
  return { ...(await signer(signing).sign(smithyRequest(request), { signingDate })).headers };
};

export const signedFetch = async (request: UnsignedRequest, signing: Signing): Promise<Response> => {
  const { host: _, ...headers } = await signedHeaders(request, signing);
  const { method = "GET", body } = request;
  return fetch(request.url, { method, headers, ...(body === undefined ? {} : { body: Buffer.from(body) }) });
};

/** The request as a server receives it. */
export const signedWireRequest = async (request: UnsignedRequest, signing: Signing): Promise<WireRequest> => {
  const { pathname, search } = new URL(request.url);
  const headers = await signedHeaders(request, signing);
  return { method: request.method ?? "GET", path: pathname + search, headers, body: Buffer.from(request.body ?? "") };
};

/** The URL with the signature in its query string. */
export const presignedUrl = async (
  request: UnsignedRequest,
  signing: Signing & { readonly expiresInSeconds?: number },
): Promise<string> => {
  const { signingDate = new Date(), expiresInSeconds = 300 } = signing;
  // A presigned URL of S3 never covers the body.
  const unsignedBody = signing.service === "s3" ? { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } : {};
  const prepared = smithyRequest({ ...request, headers: { ...request.headers, ...unsignedBody } });
  const { query } = await signer(signing).presign(prepared, { signingDate, expiresIn: expiresInSeconds });
  const url = new URL(request.url);
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value ?? ""]).map((item) => `${encode(key)}=${encode(item)}`),
  );
  return `${url.protocol}//${url.host}${url.pathname}?${pairs.join("&")}`;
};
