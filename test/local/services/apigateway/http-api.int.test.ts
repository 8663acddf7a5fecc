import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openApiGateway } from "../../../../local/services/apigateway/index.ts";
import { AwsError } from "../../../../local/services/contract.ts";
import { type Fixture, FUNCTION, OPERATOR, openFixture } from "./fixture.ts";

let fixture: Fixture;
const open = async (...args: Parameters<typeof openFixture>) => (fixture = await openFixture(...args));
afterEach(() => fixture?.gateway.close());

const json = async (response: Response) => ({ status: response.status, body: await response.json() });

describe("an HTTP API", () => {
  it("hands the request over as an event of payload format 2.0", async () => {
    const { events, http } = await open(() => ({ statusCode: 202 }), { clock: () => Date.UTC(2025, 2, 4, 5, 6, 7) });
    const url = http("api1", ["POST /api/commands/{commandType}"], "AWS_IAM");
    const response = await fetch(`${url}/api/commands/Place%20Order?a=1&a=2&b=x%20y`, {
      method: "POST",
      headers: { authorization: "signed", "content-type": "application/json", cookie: "c=1; d=2", "user-agent": "t" },
      body: '{"n":1}',
    });
    expect(response.status).toBe(202);
    expect(response.headers.get("apigw-requestid")).toBe(events[0].requestContext.requestId);
    expect(events[0]).toMatchObject({
      version: "2.0",
      routeKey: "POST /api/commands/{commandType}",
      rawPath: "/api/commands/Place Order",
      rawQueryString: "a=1&a=2&b=x%20y",
      cookies: ["c=1", "d=2"],
      headers: { "content-type": "application/json", "x-forwarded-for": "127.0.0.1" },
      queryStringParameters: { a: "1,2", b: "x y" },
      pathParameters: { commandType: "Place Order" },
      requestContext: {
        accountId: "000000000000",
        apiId: "api1",
        authorizer: { iam: { accessKey: OPERATOR.accessKeyId, userArn: OPERATOR.arn, accountId: "000000000000" } },
        http: { method: "POST", path: "/api/commands/Place Order", protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
        stage: "$default",
        time: "04/Mar/2025:05:06:07 +0000",
        timeEpoch: 1741064767000,
      },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(events[0].headers).not.toHaveProperty("cookie");
  });

  it("passes bytes on as base64 and takes base64 back", async () => {
    const { http } = await open((event) => ({
      statusCode: 200,
      headers: { "content-type": "image/png" },
      body: event.body,
      isBase64Encoded: event.isBase64Encoded,
    }));
    const bytes = new Uint8Array([0, 255, 128, 10]);
    const response = await fetch(http("api1", ["$default"]), {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: bytes,
    });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it("sends every cookie the function sets", async () => {
    const { http } = await open(() => ({ statusCode: 200, cookies: ["a=1; Path=/", "b=2"], body: "ok" }));
    const response = await fetch(http("api1", ["$default"]));
    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
    expect(response.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
  });

  it("answers 404 for a route it does not have, without invoking anything", async () => {
    const { events, http } = await open(() => ({}));
    const url = http("api1", ["GET /a"]);
    expect(await json(await fetch(`${url}/b`))).toEqual({ status: 404, body: { message: "Not Found" } });
    expect(await json(await fetch(`${url}/%zz`))).toEqual({ status: 404, body: { message: "Not Found" } });
    expect(await json(await fetch(`${fixture.gateway.url}/_api/nope/a`))).toMatchObject({ status: 404 });
    expect(events).toEqual([]);
  });

  it("asks for execute-api:Invoke on the route's ARN and refuses as AWS does, saying why in a header", async () => {
    const { access, events, http } = await open(() => ({}));
    const url = http("api1", ["POST /api/commands/{type}"], "AWS_IAM");
    const response = await fetch(`${url}/api/commands/PlaceOrder`, { method: "POST" });
    expect(await json(response)).toEqual({ status: 403, body: { message: "Forbidden" } });
    expect(response.headers.get("x-nexus-reason")).toBe("Missing Authentication Token");
    expect(access).toEqual([
      {
        action: "execute-api:Invoke",
        resource: "arn:aws:execute-api:eu-west-1:000000000000:api1/$default/POST/api/commands/PlaceOrder",
      },
    ]);
    expect(events).toEqual([]);
  });

  it("serves the oldest API at the root, others below /_api, named stages below their name", async () => {
    const { events, gateway, http } = await open(() => ({}));
    const first = http("api1", ["GET /x"]);
    const second = http("api2", ["GET /x"], "NONE", "v1");
    expect([first, second]).toEqual([gateway.url, `${gateway.url}/_api/api2/v1`]);
    await fetch(`${first}/x`);
    await fetch(`${second}/x`);
    await fetch(`${gateway.url}/_api/api1/x`);
    expect(events.map((e) => [e.requestContext.apiId, e.requestContext.stage, e.rawPath])).toEqual([
      ["api1", "$default", "/x"],
      ["api2", "v1", "/v1/x"],
      ["api1", "$default", "/x"],
    ]);
  });

  it.each([
    ["throws", () => new Error("boom"), 500, "Internal Server Error", /boom/],
    ["answers nonsense", () => ({ statusCode: "nope" }), 500, "Internal Server Error", /malformed.*statusCode/],
    ["takes too long", () => new Promise(() => {}), 503, "Service Unavailable", /no answer within 50 ms/],
  ])(
    "when the function %s the caller learns little and the log the cause",
    async (_, handler, status, message, why) => {
      const { gateway, http, problems } = await open(handler);
      const url = http("api1", ["$default"]);
      gateway.putIntegration({
        apiId: "api1",
        integrationId: "i",
        integrationUri: FUNCTION,
        payloadFormatVersion: "2.0",
        timeoutInMillis: 50,
      });
      expect(await json(await fetch(url))).toEqual({ status, body: { message } });
      expect(problems.join()).toMatch(why);
    },
  );

  it("answers 500 when Lambda does not take the invocation or the gateway lacks the permission", async () => {
    const { http, problems } = await open(() => {
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
    });
    expect((await fetch(http("api1", ["$default"]))).status).toBe(500);
    expect(problems.join()).toMatch(/Rate Exceeded/);
    await fixture.gateway.close();

    const asked: unknown[] = [];
    const denied = await open(() => ({}), {
      allowInvoke: (access) => {
        asked.push(access);
        return { allowed: false, reason: "no resource-based policy allows it" };
      },
    });
    expect((await fetch(`${denied.http("api1", ["GET /a/{id}"])}/a/1`)).status).toBe(500);
    expect(denied.events).toEqual([]);
    expect(asked).toMatchObject([
      {
        action: "lambda:InvokeFunction",
        resource: FUNCTION,
        context: { "aws:SourceArn": "arn:aws:execute-api:eu-west-1:000000000000:api1/$default/GET/a/{id}" },
      },
    ]);
  });

  it("refuses a payload over 10 MB with 413", async () => {
    const { events, http } = await open(() => ({}));
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    expect(await json(await fetch(http("api1", ["$default"]), { method: "POST", body }))).toEqual({
      status: 413,
      body: { message: "Request Entity Too Large" },
    });
    expect(events).toEqual([]);
  });

  it("throttles by the stage's limits", async () => {
    const { gateway, http } = await open(() => ({}), { clock: () => 0 });
    const url = http("api1", ["$default"]);
    gateway.putStage({ apiId: "api1", name: "$default", throttling: { rateLimit: 1, burstLimit: 1 } });
    expect((await fetch(url)).status).toBe(200);
    expect(await json(await fetch(url))).toEqual({ status: 429, body: { message: "Too Many Requests" } });
  });

  it("answers a preflight by itself and puts its CORS headers on answers", async () => {
    const { events, gateway, http } = await open(() => ({
      statusCode: 200,
      headers: { "access-control-allow-origin": "x" },
    }));
    const url = http("api1", ["GET /a"]);
    const cors = { allowOrigins: ["https://shop.example"], allowMethods: ["GET"], allowHeaders: ["x-a"], maxAge: 60 };
    gateway.putApi({ apiId: "api1", name: "api1", protocolType: "HTTP", cors });
    const origin = "https://shop.example";
    const preflight = await fetch(`${url}/a`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "GET" },
    });
    expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([204, "GET"]);
    expect(events).toEqual([]);
    const answer = await fetch(`${url}/a`, { headers: { origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    const stranger = await fetch(`${url}/a`, { headers: { origin: "https://evil.example" } });
    expect(stranger.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("refuses by name what it does not simulate", async () => {
    const { gateway, http } = await open(() => ({}));
    http("api1", []);
    const integration = { apiId: "api1", integrationId: "i", integrationUri: FUNCTION };
    expect(() => gateway.putIntegration({ ...integration, payloadFormatVersion: "1.0" })).toThrow(
      /payload format.*1\.0/,
    );
    expect(() => gateway.putIntegration({ ...integration, integrationType: "HTTP_PROXY" })).toThrow(/HTTP_PROXY/);
    expect(() =>
      gateway.putRoute({ apiId: "api1", routeId: "r", routeKey: "GET /a", authorizationType: "JWT" }),
    ).toThrow(/JWT/);
    expect(() => gateway.putStage({ apiId: "nope", name: "s" })).toThrow(/Invalid API identifier specified nope/);
  });

  it("stops serving what is deleted", async () => {
    const { gateway, http } = await open(() => ({}));
    const url = http("api1", ["GET /a"]);
    gateway.deleteRoute("api1", "GET /a");
    expect((await fetch(`${url}/a`)).status).toBe(404);
    gateway.deleteApi("api1");
    expect(() => gateway.putStage({ apiId: "api1", name: "s" })).toThrow(/Invalid API identifier/);
  });
});

describe("the gateway", () => {
  it("serves its APIs again after a restart on the same file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gateway-"));
    const file = join(folder, "apigateway.db");
    const before = await open(() => ({}), { file });
    before.http("api1", ["GET /a"]);
    before.http("api2", ["GET /a"]);
    before.gateway.deleteApi("api2");
    await before.gateway.close();

    const after = await open(() => ({ again: true }), { file });
    expect(await (await fetch(`${after.gateway.url}/a`)).json()).toEqual({ again: true });
    expect((await fetch(`${after.gateway.url}/_api/api2/a`)).status).toBe(404);
    await after.gateway.close();
    rmSync(folder, { recursive: true });
  });

  it("names the port that is taken", async () => {
    const { gateway } = await open(() => ({}));
    const again = openApiGateway({
      port: gateway.port,
      lambda: { invoke: () => Promise.reject() },
      authorize: () => Promise.reject(),
    });
    await expect(again).rejects.toThrow(`port ${gateway.port} on 127.0.0.1 is in use`);
  });

  it("tells that it is well", async () => {
    const { gateway } = await open(() => ({}));
    expect(await json(await fetch(`${gateway.url}/_nexus/health`))).toEqual({ status: 200, body: { status: "ok" } });
  });

  it("ends a running request at once when it closes", async () => {
    const { gateway, http, event } = await open(() => new Promise(() => {}));
    const running = fetch(http("api1", ["$default"])).catch((error: Error) => error.name);
    await event(() => true);
    await gateway.close();
    expect(await running).toBe("TypeError");
  });
});
