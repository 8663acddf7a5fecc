import { once } from "node:events";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { AwsError } from "../../../../local/services/contract.ts";
import { type Event, type Fixture, OPERATOR, openFixture } from "./fixture.ts";

let fixture: Fixture;
const open = async (...args: Parameters<typeof openFixture>) => (fixture = await openFixture(...args));
afterEach(() => fixture?.gateway.close());

const SIGNED = { headers: { authorization: "signed" } };
const connect = async (url: string): Promise<WebSocket> => {
  const socket = new WebSocket(url, SIGNED);
  await once(socket, "open");
  return socket;
};
const refusal = async (socket: WebSocket): Promise<number> => {
  socket.on("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  return response.statusCode;
};
const nextMessage = async (socket: WebSocket): Promise<unknown> =>
  JSON.parse(String((await once(socket, "message"))[0]));
const isType = (eventType: string) => (event: Event) => event.requestContext.eventType === eventType;
const accept = () => ({ statusCode: 200 });

describe("the handshake of a WebSocket API", () => {
  it("invokes $connect with who is calling, then opens", async () => {
    const { access, event, webSocket } = await open(accept);
    await connect(`${webSocket()}?device=7`);
    expect(access[0]).toEqual({
      action: "execute-api:Invoke",
      resource: "arn:aws:execute-api:eu-west-1:000000000000:ws1/dev/$connect",
    });
    expect(await event(isType("CONNECT"))).toMatchObject({
      headers: { authorization: "signed" },
      queryStringParameters: { device: "7" },
      requestContext: {
        routeKey: "$connect",
        eventType: "CONNECT",
        stage: "dev",
        apiId: "ws1",
        connectionId: expect.stringMatching(/^[\w-]{15}=$/),
        connectedAt: expect.any(Number),
        identity: { sourceIp: "127.0.0.1", userArn: OPERATOR.arn },
      },
    });
  });

  it("takes a signature in the query string", async () => {
    const { webSocket } = await open(accept);
    const socket = new WebSocket(`${webSocket()}?X-Amz-Signature=signed`);
    await once(socket, "open");
  });

  it("is refused with 403 without a signature or for an unknown stage, and no function runs", async () => {
    const { events, webSocket } = await open(accept);
    const url = webSocket();
    expect(await refusal(new WebSocket(url))).toBe(403);
    expect(await refusal(new WebSocket(`${url}2`, SIGNED))).toBe(403);
    expect(events).toEqual([]);
  });

  it.each([
    ["the status that $connect answers", () => ({ statusCode: 401 }), 401],
    ["502 when $connect throws", () => new Error("boom"), 502],
    ["502 when $connect answers nonsense", () => "yes", 502],
  ])("is refused with %s", async (_, handler, status) => {
    const { webSocket } = await open(handler);
    expect(await refusal(new WebSocket(webSocket(), SIGNED))).toBe(status);
  });

  it("is refused with 500 when Lambda does not take the invocation", async () => {
    const { webSocket } = await open(() => {
      throw new AwsError("ResourceNotFoundException", "Function not found", 404);
    });
    expect(await refusal(new WebSocket(webSocket(), SIGNED))).toBe(500);
  });

  it("speaks the subprotocol that $connect chose", async () => {
    const { webSocket } = await open(() => ({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "v2" } }));
    const socket = new WebSocket(webSocket(), ["v1", "v2"], SIGNED);
    await once(socket, "open");
    expect(socket.protocol).toBe("v2");
  });

  it("answers a plain GET with 426", async () => {
    const { webSocket } = await open(accept);
    expect((await fetch(webSocket().replace("ws:", "http:"))).status).toBe(426);
  });
});

describe("a message", () => {
  it.each([
    ["the action it names", '{"action":"subscribe","topic":"orders"}', "subscribe"],
    ["$default for an action without a route", '{"action":"other"}', "$default"],
    ["$default when it is no JSON", "hello", "$default"],
    ["$default when it pretends to be the gateway", '{"action":"$disconnect"}', "$default"],
  ])("goes to %s", async (_, message, routeKey) => {
    const { event, webSocket } = await open(accept);
    const socket = await connect(webSocket(["$connect", "$default", "subscribe"]));
    socket.send(message);
    const received = await event(isType("MESSAGE"));
    expect(received).toMatchObject({
      body: message,
      isBase64Encoded: false,
      requestContext: { routeKey, eventType: "MESSAGE", identity: { userArn: OPERATOR.arn } },
    });
  });

  it("is answered with an error when no route takes it or the function fails", async () => {
    const { webSocket } = await open((event) => (isType("MESSAGE")(event) ? new Error("boom") : accept()));
    const socket = await connect(webSocket(["$connect", "subscribe"]));
    socket.send("hello");
    expect(await nextMessage(socket)).toMatchObject({ message: "Forbidden", connectionId: expect.any(String) });
    socket.send('{"action":"subscribe"}');
    expect(await nextMessage(socket)).toMatchObject({
      message: "Internal server error",
      requestId: expect.any(String),
    });
  });

  it.each([
    ["message", { messageBytes: 100 }],
    ["frame", { frameBytes: 100 }],
  ])("over the limit of a %s ends the connection with 1009", async (_, webSocketLimits) => {
    const { event, events, webSocket } = await open(accept, { webSocketLimits });
    const socket = await connect(webSocket());
    socket.send("x".repeat(100));
    await event(isType("MESSAGE"));
    socket.send("x".repeat(101));
    expect((await once(socket, "close"))[0]).toBe(1009);
    await event(isType("DISCONNECT"));
    expect(events.filter(isType("MESSAGE")).map((e) => e.body.length)).toEqual([100]);
  });
});

describe("the end of a connection", () => {
  it("is told to $disconnect with its code", async () => {
    const { event, webSocket } = await open(accept);
    const socket = await connect(webSocket());
    const { connectionId } = (await event(isType("CONNECT"))).requestContext;
    socket.close(4001, "done");
    expect((await event(isType("DISCONNECT"))).requestContext).toMatchObject({
      routeKey: "$disconnect",
      connectionId,
      disconnectStatusCode: 4001,
      disconnectReason: "done",
    });
  });

  it.each([
    ["idle", { idleSeconds: 0.02 }],
    ["old", { lifetimeSeconds: 0.02 }],
  ])("comes when it is %s", async (_, webSocketLimits) => {
    const { webSocket } = await open(accept, { webSocketLimits });
    const socket = await connect(webSocket());
    expect((await once(socket, "close"))[0]).toBe(1001);
  });

  it("comes when its stage is deleted", async () => {
    const { gateway, webSocket } = await open(accept);
    const socket = await connect(webSocket());
    gateway.deleteStage("ws1", "dev");
    expect((await once(socket, "close"))[0]).toBe(1001);
  });

  it("comes at once when the gateway closes", async () => {
    const { gateway, webSocket } = await open(accept);
    const socket = await connect(webSocket());
    const closed = once(socket, "close");
    await gateway.close();
    expect((await closed)[0]).toBe(1006);
  });
});

describe("the management API, through the SDK's client", () => {
  const client = (url: string, authorization = "signed") => {
    const api = new ApiGatewayManagementApiClient({
      endpoint: url.replace("ws:", "http:"),
      region: "eu-west-1",
      credentials: { accessKeyId: "x", secretAccessKey: "x" },
      maxAttempts: 1,
    });
    api.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { headers: Record<string, string> };
        request.headers["authorization"] = authorization;
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    return api;
  };
  const connected = async (options: Parameters<typeof open>[1] = {}) => {
    const { access, event, webSocket } = await open(accept, options);
    const url = webSocket();
    const socket = await connect(url);
    const ConnectionId: string = (await event(isType("CONNECT"))).requestContext.connectionId;
    access.length = 0;
    return { url, socket, ConnectionId, access, event };
  };

  it("posts to a connection, asking for execute-api:ManageConnections", async () => {
    const { url, socket, ConnectionId, access } = await connected();
    const message = nextMessage(socket);
    await client(url).send(new PostToConnectionCommand({ ConnectionId, Data: '{"hello":"café"}' }));
    expect(await message).toEqual({ hello: "café" });
    expect(access).toEqual([
      {
        action: "execute-api:ManageConnections",
        resource: `arn:aws:execute-api:eu-west-1:000000000000:ws1/dev/POST/@connections/${ConnectionId}`,
      },
    ]);
  });

  it("describes and ends a connection", async () => {
    const { url, socket, ConnectionId, event } = await connected({ clock: () => 1_741_064_767_000 });
    expect(await client(url).send(new GetConnectionCommand({ ConnectionId }))).toMatchObject({
      ConnectedAt: new Date(1_741_064_767_000),
      LastActiveAt: new Date(1_741_064_767_000),
    });
    const closed = once(socket, "close");
    await client(url).send(new DeleteConnectionCommand({ ConnectionId }));
    expect((await closed)[0]).toBe(1000);
    await event(isType("DISCONNECT"));
  });

  it("answers GoneException for a connection that ended or never was", async () => {
    const { url, socket, ConnectionId, event } = await connected();
    socket.close();
    await event(isType("DISCONNECT"));
    for (const id of [ConnectionId, "never="])
      await expect(
        client(url).send(new PostToConnectionCommand({ ConnectionId: id, Data: "x" })),
      ).rejects.toMatchObject({ name: "GoneException", $metadata: { httpStatusCode: 410 } });
  });

  it("refuses an unsigned caller and a message over the limit", async () => {
    const { url, ConnectionId } = await connected({ webSocketLimits: { messageBytes: 10 } });
    const post = (Data: string) => new PostToConnectionCommand({ ConnectionId, Data });
    await expect(client(url, "wrong").send(post("x"))).rejects.toMatchObject({ name: "ForbiddenException" });
    await expect(client(url).send(post("x".repeat(11)))).rejects.toMatchObject({ name: "PayloadTooLargeException" });
  });
});
