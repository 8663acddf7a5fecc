import { describe, expect, it } from "vitest";
import { httpAnswer } from "../../../../local/services/apigateway/http-answer.ts";

describe("what a function of payload format 2.0 returned", () => {
  it("is the JSON body of a 200 when it has no statusCode", () => {
    expect(httpAnswer({ message: "hello" })).toEqual({
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: '{"message":"hello"}',
    });
    expect(httpAnswer("hello").body).toBe("hello");
  });

  it("is taken in full when it has one", () => {
    const answer = httpAnswer({
      statusCode: 202,
      headers: { "Content-Type": "application/json", "X-Count": 3, "Content-Length": "9999" },
      cookies: ["a=1; Path=/", "b=2"],
      body: "{}",
    });
    expect(answer).toEqual({
      statusCode: 202,
      headers: { "content-type": "application/json", "x-count": "3" },
      cookies: ["a=1; Path=/", "b=2"],
      body: "{}",
    });
  });

  it("is decoded from base64 when it says so", () => {
    expect(httpAnswer({ statusCode: 200, body: "AP8=", isBase64Encoded: true }).body).toEqual(Buffer.from([0, 255]));
  });

  it.each([
    [{ statusCode: "nope" }, /statusCode/],
    [{ statusCode: 42 }, /statusCode/],
    [{ statusCode: 200, body: { a: 1 } }, /body/],
    [{ statusCode: 200, headers: { "bad header": "x" } }, /bad header/],
    [{ statusCode: 200, headers: "x" }, /headers/],
    [{ statusCode: 200, cookies: "a=1" }, /cookies/],
  ])("is malformed when it is %j", (payload, message) => {
    expect(() => httpAnswer(payload)).toThrow(message);
  });
});
