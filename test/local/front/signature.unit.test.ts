import { describe, expect, it } from "vitest";
import { verifySignature } from "../../../local/front/signature.ts";
import type { Credentials, WireRequest } from "../../../local/services/contract.ts";
import { presignedUrl, signedWireRequest, type UnsignedRequest } from "../../support/signed-request.ts";

const NOW = new Date("2030-01-01T12:00:00Z");
const credentials: Credentials = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "token",
};
const principal = {
  arn: "arn:session",
  identityArn: "arn:role",
  accessKeyId: "ASIAEXAMPLE",
  accountId: "000000000000",
};
const iamWith = (known: Credentials) => ({
  lookup: (accessKeyId: string) => (accessKeyId === known.accessKeyId ? { principal, credentials: known } : undefined),
});
const verify = (request: WireRequest, now = NOW) => verifySignature(request, iamWith(credentials), now);
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

const order: UnsignedRequest = {
  method: "POST",
  url: "http://127.0.0.1:4566/api/commands/PlaceOrder?dry=1",
  headers: { "content-type": "application/json" },
  body: '{"aggregateId":"order-1"}',
};
const sign = (request = order, service = "execute-api") =>
  signedWireRequest(request, { credentials, service, signingDate: NOW });
const presign = async (url: string, service = "execute-api"): Promise<WireRequest> => {
  const signed = new URL(await presignedUrl({ url }, { credentials, service, signingDate: NOW, expiresInSeconds: 60 }));
  return {
    method: "GET",
    path: signed.pathname + signed.search,
    headers: { host: signed.host },
    body: new Uint8Array(),
  };
};

describe("a signature in the headers", () => {
  it("holds, and tells the caller, the service and the region", async () => {
    expect(await verify(await sign())).toEqual({ principal, service: "execute-api", region: "eu-west-1" });
  });

  it("is the one of AWS's published example", async () => {
    const example = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: credentials.secretAccessKey };
    const signed = await verifySignature(
      {
        method: "GET",
        path: "/",
        headers: {
          host: "example.amazonaws.com",
          "x-amz-date": "20150830T123600Z",
          authorization:
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        },
        body: new Uint8Array(),
      },
      iamWith(example),
      new Date("2015-08-30T12:36:00Z"),
    );
    expect(signed).toMatchObject({ service: "service", region: "us-east-1" });
  });

  it.each([
    ["no path", "http://h/"],
    ["spaces and letters beyond ASCII", "http://h/a%20b/%C3%BC"],
    ["encoded slashes", "http://h/functions/arn%3Aaws%2Fx"],
    ["a repeated parameter", "http://h/q?b=2&a=1&b=1"],
    ["a parameter without a value", "http://h/q?uploads"],
    ["reserved characters in a value", "http://h/q?status=a%2Bb%26c%3D%2F%27%28%29%2A"],
  ])("holds over %s", async (_, url) => {
    await expect(verify(await sign({ url }))).resolves.toBeDefined();
    await expect(verify(await sign({ url }, "s3"))).resolves.toBeDefined();
  });

  const changes: [string, (request: WireRequest) => WireRequest][] = [
    ["another method", (request) => ({ ...request, method: "PUT" })],
    ["another path", (request) => ({ ...request, path: request.path.replace("Place", "Cancel") })],
    ["another query", (request) => ({ ...request, path: `${request.path}&more=1` })],
    ["another body", (request) => ({ ...request, body: Buffer.from('{"aggregateId":"order-2"}') })],
    [
      "another signed header",
      (request) => ({ ...request, headers: { ...request.headers, "content-type": "text/plain" } }),
    ],
    [
      "a signed header missing",
      (request) => ({ ...request, headers: { ...request.headers, "content-type": undefined } as never }),
    ],
    ["another host", (request) => ({ ...request, headers: { ...request.headers, host: "elsewhere" } })],
    [
      "an unsigned target",
      (request) => ({ ...request, headers: { ...request.headers, "x-amz-target": "DynamoDB_20120810.DeleteTable" } }),
    ],
    [
      "a shorter signature",
      (request) => ({
        ...request,
        headers: { ...request.headers, authorization: String(request.headers["authorization"]).slice(0, -2) },
      }),
    ],
  ];
  it.each(changes)("does not hold for %s", async (_, change) => {
    await expect(verify(change(await sign()))).rejects.toMatchObject({
      code: "SignatureDoesNotMatch",
      statusCode: 403,
    });
  });

  it("does not hold under another secret", async () => {
    const other = { ...credentials, secretAccessKey: "other" };
    await expect(verifySignature(await sign(), iamWith(other), NOW)).rejects.toMatchObject({
      code: "SignatureDoesNotMatch",
    });
  });

  it("needs a key that is known, with its session token", async () => {
    const unknown = iamWith({ ...credentials, accessKeyId: "ASIAOTHER" });
    await expect(verifySignature(await sign(), unknown, NOW)).rejects.toMatchObject({ code: "InvalidClientTokenId" });
    const renewed = iamWith({ ...credentials, sessionToken: "newer" });
    await expect(verifySignature(await sign(), renewed, NOW)).rejects.toThrow("session token");
  });

  it("holds for five minutes either way", async () => {
    const request = await sign();
    await expect(verify(request, later(299))).resolves.toBeDefined();
    await expect(verify(request, later(-299))).resolves.toBeDefined();
    await expect(verify(request, later(301))).rejects.toMatchObject({ code: "RequestExpired" });
    await expect(verify(request, later(-301))).rejects.toMatchObject({ code: "RequestExpired" });
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ["is missing", {}, "MissingAuthenticationToken", /sign it/],
    ["is of another kind", { authorization: "Bearer x" }, "IncompleteSignature", /AWS4-HMAC-SHA256/],
    [
      "lacks a part",
      { authorization: "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request", "x-amz-date": "20300101T120000Z" },
      "IncompleteSignature",
      /SignedHeaders/,
    ],
    ["lacks its date", { authorization: "AWS4-HMAC-SHA256 Credential=a" }, "IncompleteSignature", /X-Amz-Date/],
    [
      "has a malformed scope",
      {
        authorization: "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00",
        "x-amz-date": "20300101T120000Z",
      },
      "IncompleteSignature",
      /Credential/,
    ],
  ])("is refused when it %s", async (_, headers, code, message) => {
    const request = { method: "GET", path: "/", headers: { host: "h", ...headers }, body: new Uint8Array() };
    await expect(verify(request)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe("a presigned URL", () => {
  it("holds until it expires, for a WebSocket as for an object", async () => {
    for (const service of ["execute-api", "s3"]) {
      const request = await presign("http://127.0.0.1:4566/_ws/api/dev?a=b%20c", service);
      await expect(verify(request, later(59))).resolves.toMatchObject({ service });
      await expect(verify(request, later(61))).rejects.toMatchObject({ code: "RequestExpired" });
    }
  });

  it("does not hold for another path, nor with more parameters, nor for longer than was signed", async () => {
    const request = await presign("http://127.0.0.1:4566/_ws/api/dev");
    for (const path of [
      request.path.replace("/dev", "/prod"),
      `${request.path}&more=1`,
      request.path.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
    ])
      await expect(verify({ ...request, path })).rejects.toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  it("may not last longer than a week", async () => {
    const request = await presign("http://h/");
    const path = request.path.replace("X-Amz-Expires=60", "X-Amz-Expires=604801");
    await expect(verify({ ...request, path })).rejects.toMatchObject({ code: "IncompleteSignature" });
  });
});
