import { AwsError, type WireRequest } from "../services/contract.ts";

const LONGEST_PRESIGNED_SECONDS = 7 * 24 * 3600;
export const ALGORITHM = "AWS4-HMAC-SHA256";

/** The parts of a signature, from the Authorization header or from the query string of a presigned URL. */
export interface SignatureParts {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20300101T000000Z`. */
  readonly date: string;
  readonly sessionToken: string | undefined;
  /** Only of a presigned URL. */
  readonly expiresSeconds: number | undefined;
}

export type Query = Readonly<Record<string, string | string[]>>;

const missing = (): AwsError =>
  new AwsError(
    "MissingAuthenticationToken",
    "The request is missing an authentication token: sign it with SigV4.",
    403,
  );
const incomplete = (message: string): AwsError => new AwsError("IncompleteSignature", message, 403);

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw incomplete(`The query string holds ${JSON.stringify(text)}, which is not percent-encoded text.`);
  }
};

export const parseQuery = (search: string): Query => {
  const query: Record<string, string | string[]> = {};
  for (const pair of search === "" ? [] : search.split("&")) {
    const [name = "", ...rest] = pair.split("=");
    const key = decode(name);
    const value = decode(rest.join("="));
    const earlier = query[key];
    query[key] = earlier === undefined ? value : [...(Array.isArray(earlier) ? earlier : [earlier]), value];
  }
  return query;
};

const fromHeader = (authorization: string, headers: WireRequest["headers"]): SignatureParts => {
  if (!authorization.startsWith(`${ALGORITHM} `))
    throw incomplete(`The Authorization header does not begin with ${ALGORITHM}.`);
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(",")
      .map((field) => {
        const [name = "", ...value] = field.trim().split("=");
        return [name, value.join("=")] as const;
      }),
  );
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined || value === "") throw incomplete(`The Authorization header requires ${name}.`);
    return value;
  };
  const date = headers["x-amz-date"];
  if (date === undefined) throw incomplete("The request requires the header X-Amz-Date.");
  return {
    credential: field("Credential"),
    signedHeaders: field("SignedHeaders").split(";"),
    signature: field("Signature"),
    date,
    sessionToken: headers["x-amz-security-token"],
    expiresSeconds: undefined,
  };
};

const fromQuery = (query: Query): SignatureParts => {
  const parameter = (name: string): string => {
    const value = query[name];
    if (typeof value !== "string" || value === "") throw incomplete(`The query string requires one ${name}.`);
    return value;
  };
  if (parameter("X-Amz-Algorithm") !== ALGORITHM) throw incomplete(`X-Amz-Algorithm is not ${ALGORITHM}.`);
  const expires = Number(parameter("X-Amz-Expires"));
  if (!Number.isInteger(expires) || expires < 0 || expires > LONGEST_PRESIGNED_SECONDS)
    throw incomplete(`X-Amz-Expires is not a number of seconds up to ${LONGEST_PRESIGNED_SECONDS}.`);
  const token = query["X-Amz-Security-Token"];
  return {
    credential: parameter("X-Amz-Credential"),
    signedHeaders: parameter("X-Amz-SignedHeaders").split(";"),
    signature: parameter("X-Amz-Signature"),
    date: parameter("X-Amz-Date"),
    sessionToken: typeof token === "string" ? token : undefined,
    expiresSeconds: expires,
  };
};

export const parseInstant = (date: string): Date => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(instant.getTime()))
    throw incomplete(`The date ${JSON.stringify(date)} is not like 20300101T000000Z.`);
  return instant;
};

/** `AKIA.../20300101/eu-west-1/dynamodb/aws4_request` in its parts. */
export const parseScope = (credential: string) => {
  const parts = credential.split("/");
  const [accessKeyId = "", date = "", region = "", service = "", terminator] = parts;
  if (parts.length !== 5 || terminator !== "aws4_request")
    throw incomplete("Credential is not of the form KEY/DATE/REGION/SERVICE/aws4_request.");
  return { accessKeyId, date, region, service };
};

/** The signature of a request, from the Authorization header if there is one, else from the query string. */
export const readSignature = (headers: WireRequest["headers"], query: Query): SignatureParts => {
  const authorization = headers["authorization"];
  if (authorization !== undefined) return fromHeader(authorization, headers);
  if (query["X-Amz-Signature"] === undefined) throw missing();
  return fromQuery(query);
};
