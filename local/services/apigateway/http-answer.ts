import type { GatewayAnswer } from "./http-request.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** Set by the server itself. */
const HOP_BY_HOP = new Set(["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"]);

const readHeaders = (value: unknown): Record<string, string> => {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new TypeError("`headers` is not an object");
  const headers: Record<string, string> = {};
  for (const [name, content] of Object.entries(value)) {
    if (!HEADER_NAME.test(name) || !isScalar(content)) throw new TypeError(`header ${JSON.stringify(name)} is invalid`);
    if (!HOP_BY_HOP.has(name.toLowerCase())) headers[name.toLowerCase()] = String(content);
  }
  return headers;
};

const readCookies = (value: unknown): string[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((cookie) => typeof cookie === "string"))
    throw new TypeError("`cookies` is not an array of strings");
  return value;
};

/** What a function of format 2.0 returned, as an answer: with a `statusCode` in full, without one as the body itself. Throws a TypeError that says what is malformed. */
export const httpAnswer = (payload: unknown): GatewayAnswer => {
  if (!isObject(payload) || payload["statusCode"] === undefined)
    return {
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: typeof payload === "string" ? payload : JSON.stringify(payload ?? null),
    };
  const statusCode = Number(payload["statusCode"]);
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599)
    throw new TypeError(`\`statusCode\` ${JSON.stringify(payload["statusCode"])} is not an HTTP status`);
  const body = payload["body"] ?? "";
  if (!isScalar(body)) throw new TypeError("`body` is not a string");
  return {
    statusCode,
    headers: { "content-type": "text/plain;charset=UTF-8", ...readHeaders(payload["headers"]) },
    cookies: readCookies(payload["cookies"]),
    body: payload["isBase64Encoded"] === true ? Buffer.from(String(body), "base64") : String(body),
  };
};
