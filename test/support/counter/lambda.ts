import type { APIGatewayProxyEventV2, Context, SQSEvent } from "aws-lambda";

/** The environment of every function at once, as the components set it. */
export const FUNCTION_ENVIRONMENT = {
  AWS_REGION: "eu-west-1",
  SERVICE_NAME: "counters",
  STAGE: "test",
  POWERTOOLS_SERVICE_NAME: "counters",
  POWERTOOLS_METRICS_NAMESPACE: "counters",
  POWERTOOLS_METRICS_DISABLED: "true",
  POWERTOOLS_LOG_LEVEL: "SILENT",
  EVENTS_TABLE_NAME: "events",
  SNAPSHOTS_TABLE_NAME: "snapshots",
  SNAPSHOTS_BUCKET_NAME: "snapshot-bodies",
  CONNECTIONS_TABLE_NAME: "connections",
  SNAPSHOT_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/000000000000/snapshots",
  NOTIFICATION_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/000000000000/notifications",
  PROPAGATION: "stream",
  SCHEMA_REGISTRY_NAME: "counters-test",
  CONTINUATIONS_TABLE_NAME: "continuations",
  RATE_LIMITS_TABLE_NAME: "rate-limits",
  TEMPORAL_RATE_PER_MINUTE: "10",
  CORE_STREAM_NAME: "core",
  STANDARD_TOPIC_ARN: "arn:aws:sns:eu-west-1:000000000000:standard",
  PROJECTION_NAME: "counter-list",
  READ_MODEL_URL: "https://read-model.eu-west-1.es.amazonaws.com",
  AWS_ENDPOINT_URL_OPENSEARCH: "sqlite::memory:",
  WEBSOCKET_ENDPOINT: "https://sockets.execute-api.eu-west-1.amazonaws.com/test",
} as const;

export const lambdaContext = (): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: "test-function",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:test-function",
  memoryLimitInMB: "256",
  awsRequestId: "request-1",
  logGroupName: "/aws/lambda/test-function",
  logStreamName: "stream",
  getRemainingTimeInMillis: () => 3_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
});

interface HttpRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly pathParameters?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** A request as API Gateway hands it over in payload format 2.0, IAM-authorized. */
export const httpEvent = (request: HttpRequest = {}): APIGatewayProxyEventV2 => {
  const { method = "POST", path = "/api/commands/OpenCounter", headers = {}, body } = request;
  const iam = { userArn: "arn:aws:iam::000000000000:user/tester" };
  const requestContext = {
    accountId: "000000000000",
    apiId: "api",
    authorizer: { iam },
    domainName: "api.example.com",
    domainPrefix: "api",
    http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
    requestId: "gateway-request-1",
    routeKey: `${method} ${path}`,
    stage: "$default",
    time: "31/Jan/2026:09:00:00 +0000",
    timeEpoch: 1_769_850_000_000,
  };
  return {
    version: "2.0",
    routeKey: requestContext.routeKey,
    rawPath: path,
    rawQueryString: new URLSearchParams(request.query).toString(),
    headers,
    requestContext,
    isBase64Encoded: request.isBase64Encoded ?? false,
    ...(request.query === undefined ? {} : { queryStringParameters: request.query }),
    ...(request.pathParameters === undefined ? {} : { pathParameters: request.pathParameters }),
    ...(body === undefined ? {} : { body }),
  };
};

/** A command over HTTP; what is not given is right. */
export const commandEvent = (type: string, envelope: unknown, headers: Record<string, string> = {}) =>
  httpEvent({
    path: `/api/commands/${type}`,
    pathParameters: { commandType: type },
    headers: { "idempotency-key": "key-1", ...headers },
    body: typeof envelope === "string" ? envelope : JSON.stringify(envelope),
  });

export const sqsEvent = (bodies: readonly unknown[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `message-${index + 1}`,
    receiptHandle: `receipt-${index + 1}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1769850000000",
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: "1769850000000",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:000000000000:queue",
    awsRegion: "eu-west-1",
  })),
});
