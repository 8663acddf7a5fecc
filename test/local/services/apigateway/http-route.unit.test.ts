import { describe, expect, it } from "vitest";
import { matchRoute } from "../../../../local/services/apigateway/http-route.ts";

const routes = (...keys: string[]) => keys.map((routeKey) => ({ apiId: "a", routeId: routeKey, routeKey }));
const winner = (keys: string[], method: string, path: string) => {
  const match = matchRoute(routes(...keys), method, path);
  return match === undefined ? undefined : [match.route.routeKey, match.pathParameters];
};

describe("route matching of an HTTP API", () => {
  it.each([
    [["GET /a/{id}", "GET /a/search"], "GET", "/a/search", ["GET /a/search", {}]],
    [["GET /a/{id}", "GET /a/search"], "GET", "/a/7", ["GET /a/{id}", { id: "7" }]],
    [["GET /a/{rest+}", "GET /a/{id}"], "GET", "/a/7", ["GET /a/{id}", { id: "7" }]],
    [["GET /a/{rest+}", "GET /a/{id}"], "GET", "/a/7/b%20c", ["GET /a/{rest+}", { rest: "7/b c" }]],
    [["GET /{x+}", "GET /a/{y+}"], "GET", "/a/b", ["GET /a/{y+}", { y: "b" }]],
    [["ANY /a", "GET /a"], "GET", "/a", ["GET /a", {}]],
    [["ANY /a", "GET /a"], "PUT", "/a", ["ANY /a", {}]],
    [["$default", "GET /a"], "GET", "/a", ["GET /a", {}]],
    [["$default", "GET /a"], "POST", "/a", ["$default", {}]],
    [["GET /a"], "GET", "/a/", ["GET /a", {}]],
    [["GET /{id}"], "GET", "/caf%C3%A9", ["GET /{id}", { id: "café" }]],
    [["GET /{id}"], "GET", "/50%", ["GET /{id}", { id: "50%" }]],
  ])("of %j, %s %s goes to %j", (keys, method, path, expected) => {
    expect(winner(keys, method, path)).toEqual(expected);
  });

  it.each([
    [["GET /a/{id}"], "GET", "/a"],
    [["GET /a/{id}"], "GET", "/a/"],
    [["GET /a/{rest+}"], "GET", "/a/"],
    [["GET /a"], "POST", "/a"],
    [["GET /a"], "GET", "/a/b"],
  ])("%j has no route for %s %s", (keys, method, path) => {
    expect(winner(keys, method, path)).toBeUndefined();
  });

  it("prefers the more specific route in whatever order they were made", () => {
    const keys = ["$default", "ANY /{all+}", "GET /a/{id}", "GET /a/b"];
    expect(winner(keys, "GET", "/a/b")).toEqual(winner(keys.toReversed(), "GET", "/a/b"));
    expect(winner(keys, "GET", "/a/b")).toEqual(["GET /a/b", {}]);
  });
});
