import { once } from "node:events";
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createAuthorizer } from "../../../../local/front/index.ts";
import type { Credentials } from "../../../../local/services/contract.ts";
import { openIam } from "../../../../local/services/iam/index.ts";
import { presignedUrl, signedFetch, signedHeaders } from "../../../support/signed-request.ts";
import { type Fixture, FUNCTION, openFixture } from "./fixture.ts";

const USER = "arn:aws:iam::000000000000:user/operator";

let iam: ReturnType<typeof openIam>;
let credentials: Credentials;
let fixture: Fixture;
const allow = (Action: string, Resource: string) =>
  iam.putInlinePolicy(USER, "api", { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });

beforeEach(async () => {
  iam = openIam({ file: ":memory:" });
  iam.putUser({ name: "operator", arn: USER });
  credentials = iam.credentialsFor(USER);
  fixture = await openFixture(() => ({ statusCode: 200 }), {
    authorize: createAuthorizer({ iam, region: "eu-west-1" }),
    allowInvoke: (access) => iam.evaluateService("apigateway.amazonaws.com", access),
  });
  iam.putResourcePolicy(FUNCTION, {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: FUNCTION,
        Condition: { ArnLike: { "AWS:SourceArn": "arn:aws:execute-api:eu-west-1:000000000000:*/*/*" } },
      },
    ],
  });
});
afterEach(async () => {
  await fixture.gateway.close();
  iam.close();
});

describe("an HTTP API with AWS_IAM", () => {
  const place = (url: string) => ({
    method: "POST",
    url: `${url}/api/commands/Place%20Order?b=2&a=1`,
    headers: { "content-type": "application/json" },
    body: "{}",
  });

  it("takes a signed request of a caller whose policies allow it", async () => {
    const url = fixture.http("api1", ["POST /api/commands/{type}"], "AWS_IAM");
    allow("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:000000000000:api1/*/POST/api/commands/*");
    expect((await signedFetch(place(url), { credentials })).status).toBe(200);
    expect(fixture.events[0].requestContext.authorizer.iam.userArn).toBe(USER);
  });

  it.each([
    ["is not signed", (url: string) => fetch(place(url).url, { method: "POST" }), /missing an authentication token/],
    [
      "is signed with another secret",
      (url: string) => signedFetch(place(url), { credentials: { ...credentials, secretAccessKey: "wrong" } }),
      /signature/i,
    ],
    [
      "was signed an hour ago",
      (url: string) => signedFetch(place(url), { credentials, signingDate: new Date(Date.now() - 3_600_000) }),
      /expired/i,
    ],
    [
      "is not allowed by any policy",
      (url: string) => signedFetch(place(url), { credentials }),
      /not authorized to perform: execute-api:Invoke/,
    ],
  ])("refuses a request that %s with 403 and the reason in a header", async (_, request, reason) => {
    const url = fixture.http("api1", ["POST /api/commands/{type}"], "AWS_IAM");
    const response = await request(url);
    expect([response.status, await response.json()]).toEqual([403, { message: "Forbidden" }]);
    expect(response.headers.get("x-nexus-reason")).toMatch(reason);
    expect(fixture.events).toEqual([]);
  });
});

describe("a WebSocket API with AWS_IAM", () => {
  it.each(["headers", "query string"])("takes a signature in the %s", async (place) => {
    const url = fixture.webSocket();
    allow("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:000000000000:ws1/dev/$connect");
    const signed = { url: url.replace("ws:", "http:") };
    const socket =
      place === "headers"
        ? new WebSocket(url, { headers: await signedHeaders(signed, { credentials }) })
        : new WebSocket((await presignedUrl(signed, { credentials })).replace("http:", "ws:"));
    await once(socket, "open");
  });

  it("lets a backend post with the SDK's client, by its own permission", async () => {
    const url = fixture.webSocket();
    allow("execute-api:*", "arn:aws:execute-api:eu-west-1:000000000000:ws1/dev/*");
    const endpoint = url.replace("ws:", "http:");
    const socket = new WebSocket(url, { headers: await signedHeaders({ url: endpoint }, { credentials }) });
    await once(socket, "open");
    const ConnectionId: string = fixture.events[0].requestContext.connectionId;
    const client = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
    const post = () => client.send(new PostToConnectionCommand({ ConnectionId, Data: "hello" }));

    const message = once(socket, "message");
    await post();
    expect(String((await message)[0])).toBe("hello");
    allow("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:000000000000:ws1/dev/*");
    await expect(post()).rejects.toMatchObject({
      name: "ForbiddenException",
      message: expect.stringMatching(/not authorized to perform: execute-api:ManageConnections/),
    });
    client.destroy();
  });
});
