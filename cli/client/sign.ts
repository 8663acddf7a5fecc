import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";

export interface Signer {
  /** The headers of the request with SigV4's added, for the service `execute-api`. */
  sign(request: UnsignedRequest): Promise<Record<string, string>>;
}

export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface SigningIdentity {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const apiSigner = ({ region, accessKeyId, secretAccessKey }: SigningIdentity): Signer => {
  const signature = new SignatureV4({
    service: "execute-api",
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
  });
  return {
    sign: async ({ method, url, headers, body }) => {
      const request = new HttpRequest({
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === "" ? {} : { port: Number(url.port) }),
        path: url.pathname,
        query: queryOf(url.searchParams),
        headers: { host: url.host, ...headers },
        ...(body === undefined ? {} : { body }),
      });
      return (await signature.sign(request)).headers;
    },
  };
};

const queryOf = (parameters: URLSearchParams): Record<string, string | string[]> => {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    query[name] = values.length > 1 ? values : (values[0] ?? "");
  }
  return query;
};
