import { isUtf8 } from "node:buffer";
import { ACCOUNT_ID, type Principal } from "../contract.ts";
import { commonLogTime, type GatewayRequest, header, queryValues } from "./http-request.ts";
import { decodePath, type RouteMatch } from "./http-route.ts";

/** Media types that reach the function as text; everything else is base64. */
const TEXT = /^(text\/|application\/([\w.-]+\+)?(json|xml)|application\/(javascript|graphql))/i;

const encodeBody = (request: GatewayRequest): { body?: string; isBase64Encoded: boolean } => {
  if (request.body.length === 0) return { isBase64Encoded: false };
  const text = TEXT.test(header(request, "content-type") ?? "") && isUtf8(request.body);
  return { body: request.body.toString(text ? "utf8" : "base64"), isBase64Encoded: !text };
};

const joined = (values: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.join(",")]));

/** The caller in the shape of `requestContext.authorizer.iam`. */
const iamAuthorizer = (principal: Principal) => ({
  iam: {
    accessKey: principal.accessKeyId,
    accountId: principal.accountId,
    callerId: principal.accessKeyId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: principal.arn,
    userId: principal.accessKeyId,
  },
});

/**
 * The event of payload format 2.0. `path` is the request's path inside the API, its stage segment included; like the
 * real gateway it is handed on decoded.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const httpEvent = (input: {
  readonly apiId: string;
  readonly stage: string;
  readonly path: string;
  readonly match: RouteMatch;
  readonly request: GatewayRequest;
  readonly principal: Principal | undefined;
}): Record<string, unknown> => {
  const { apiId, stage, match, request, principal } = input;
  const path = decodePath(input.path);
  const { cookie, ...headers } = request.headers;
  const query = queryValues(request.query);
  return {
    version: "2.0",
    routeKey: match.route.routeKey,
    rawPath: path,
    rawQueryString: request.query,
    ...(cookie === undefined ? {} : { cookies: cookie.flatMap((line) => line.split(/;\s*/)) }),
    headers: {
      ...joined(headers),
      "x-amzn-trace-id": request.trace,
      "x-forwarded-for": request.sourceIp,
      "x-forwarded-port": request.host.split(":")[1] ?? "80",
      "x-forwarded-proto": "http",
    },
    ...(request.query === "" ? {} : { queryStringParameters: joined(query) }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId,
      ...(principal === undefined ? {} : { authorizer: iamAuthorizer(principal) }),
      domainName: request.host,
      domainPrefix: request.host.split(".")[0],
      http: {
        method: request.method,
        path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: header(request, "user-agent") ?? "",
      },
      requestId: request.id,
      routeKey: match.route.routeKey,
      stage,
      time: commonLogTime(request.time),
      timeEpoch: request.time,
    },
    ...(Object.keys(match.pathParameters).length === 0 ? {} : { pathParameters: match.pathParameters }),
    ...encodeBody(request),
  };
};
