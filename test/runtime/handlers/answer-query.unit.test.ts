import { beforeEach, describe, expect, it, vi } from "vitest";
import { QueryService } from "../../../runtime/application/query-service.ts";
import { counterList } from "../../support/counter/counter-service.ts";
import { FUNCTION_ENVIRONMENT, httpEvent, lambdaContext } from "../../support/counter/lambda.ts";
import { counterWorld } from "../../support/counter/world.ts";

vi.mock("nexus:service", () => import("../../support/counter/counter-service.ts"));
for (const [key, value] of Object.entries(FUNCTION_ENVIRONMENT)) vi.stubEnv(key, value);
const { createHandler } = await import("../../../runtime/handlers/answer-query.ts");

let world: ReturnType<typeof counterWorld>;
beforeEach(async () => {
  world = counterWorld();
  const document = (label: string, total: number, notes: string[]) => ({
    label,
    total,
    notes,
    openedAt: "2026-01-31T09:00:00Z",
  });
  await world.readModel.upsert(counterList, [
    { id: "a", version: 2, document: document("red", 5, ["white heart"]) },
    { id: "b", version: 1, document: document("blue", 7, ["a white lantern", "dark"]) },
    { id: "c", version: 4, document: document("red", 9, []) },
  ]);
});

const ask = async (path: string, query: Record<string, string> = {}, headers: Record<string, string> = {}) => {
  const [resourceType = ""] = path.split("/");
  const event = httpEvent({
    method: "GET",
    path: `/api/queries/${path}`,
    pathParameters: { resourceType },
    query,
    headers,
  });
  const { statusCode, headers: answered, body } = await createHandler(new QueryService(world))(event, lambdaContext());
  return { statusCode, headers: answered, body: body === undefined ? undefined : JSON.parse(body) };
};
const ids = (answer: { body: { items: { id: string }[] } }) => answer.body.items.map(({ id }) => id);

describe("a query", () => {
  it("answers with documents, their ids and versions, and the total", async () => {
    const { statusCode, body } = await ask("counter-list", { label: "red", sort: "-total", limit: "1" });
    expect(statusCode).toBe(200);
    expect(body).toEqual({
      items: [{ id: "c", version: 4, label: "red", total: 9, notes: [], openedAt: "2026-01-31T09:00:00Z" }],
      cursor: expect.any(String),
      total: 2,
    });
    expect(ids(await ask("counter-list", { label: "red", sort: "-total", limit: "1", cursor: body.cursor }))).toEqual([
      "a",
    ]);
  });

  it("takes ranges", async () => {
    expect(ids(await ask("counter-list", { "from.total": "6", "to.total": "9" }))).toEqual(["b", "c"]);
    expect(ids(await ask("counter-list", { "from.openedAt": "2026-01-31T10:00:00+01:00" }))).toEqual(["a", "b", "c"]);
    expect(ids(await ask("counter-list", { "from.openedAt": "2026-01-31T09:00:00.001Z" }))).toEqual([]);
  });

  it("is not answered twice to who has the answer", async () => {
    const first = await ask("counter-list");
    const again = await ask("counter-list", {}, { "if-none-match": `W/"old", ${first.headers?.["etag"]}` });
    expect(again).toMatchObject({ statusCode: 304, body: undefined });
    await world.readModel.upsert(counterList, [{ id: "a", version: 3, document: undefined }]);
    expect((await ask("counter-list", {}, { "if-none-match": String(first.headers?.["etag"]) })).statusCode).toBe(200);
  });

  it.each([
    ["an unknown resource", "order-list", {}, 404, "NEXUS_RESOURCE_UNKNOWN", { known: ["counter-list"] }],
    [
      "an unknown field",
      "counter-list",
      { colour: "red" },
      400,
      "NEXUS_REQUEST_INVALID",
      { errors: [{ path: "colour" }] },
    ],
    ["a field of every object", "counter-list", { constructor: "red" }, 400, "NEXUS_REQUEST_INVALID", {}],
    [
      "a value of the wrong type",
      "counter-list",
      { total: "many" },
      400,
      "NEXUS_REQUEST_INVALID",
      { errors: [{ path: "total" }] },
    ],
    ["an empty number", "counter-list", { total: "" }, 400, "NEXUS_REQUEST_INVALID", {}],
    [
      "a date that is none",
      "counter-list",
      { "from.openedAt": "soon" },
      400,
      "NEXUS_REQUEST_INVALID",
      { errors: [{ path: "from.openedAt" }] },
    ],
    [
      "a filter on text",
      "counter-list",
      { notes: "dark" },
      400,
      "NEXUS_REQUEST_INVALID",
      { errors: [{ path: "notes" }] },
    ],
    ["a sort by text", "counter-list", { sort: "notes" }, 400, "NEXUS_REQUEST_INVALID", { errors: [{ path: "sort" }] }],
    [
      "a limit beyond the limit",
      "counter-list",
      { limit: "101" },
      400,
      "NEXUS_REQUEST_INVALID",
      { errors: [{ path: "limit" }] },
    ],
    ["no limit at all", "counter-list", { limit: "0" }, 400, "NEXUS_REQUEST_INVALID", {}],
    ["a made-up cursor", "counter-list", { cursor: "x" }, 400, "NEXUS_REQUEST_INVALID", {}],
    [
      "several at once",
      "counter-list",
      { limit: "x", sort: "x", y: "x" },
      400,
      "NEXUS_REQUEST_INVALID",
      { errors: [{ path: "y" }, { path: "sort" }, { path: "limit" }] },
    ],
    [
      "words where none are searched",
      "counter-list",
      { q: "white" },
      400,
      "NEXUS_REQUEST_INVALID",
      { errors: [{ path: "q" }] },
    ],
    ["a search for nothing", "counter-list/search", { q: " " }, 400, "NEXUS_REQUEST_INVALID", {}],
    ["a search without words", "counter-list/search", {}, 400, "NEXUS_REQUEST_INVALID", {}],
    ["a sorted search", "counter-list/search", { q: "white", sort: "total" }, 400, "NEXUS_REQUEST_INVALID", {}],
  ])("with %s is a problem that says so", async (_, path, query, statusCode, code, more) => {
    expect(await ask(path, query)).toMatchObject({ statusCode, body: { code, ...more } });
  });
});

describe("a search", () => {
  it("answers with the passages it found", async () => {
    const { body } = await ask("counter-list/search", { q: "LANTERN white", label: "blue" });
    expect(body).toMatchObject({
      total: 1,
      items: [{ id: "b", highlights: { notes: ["a <em>white</em> <em>lantern</em>"] } }],
    });
  });
});

describe("reading one's writes", () => {
  it("waits until the read model has the version", async () => {
    const get = world.readModel.get.bind(world.readModel);
    let asked = 0;
    world.readModel.get = async (projection, wanted) => {
      if (++asked === 4)
        await world.readModel.upsert(counterList, [{ id: "a", version: 3, document: { label: "new" } }]);
      return get(projection, wanted);
    };
    const answer = await ask("counter-list", { label: "new" }, { "x-min-version": "a:3" });
    expect(ids(answer)).toEqual(["a"]);
    expect(world.runtime.sleeps).toHaveLength(3);
  });

  it("refuses a header that names no version", async () => {
    const answer = await ask("counter-list", {}, { "x-min-version": "a" });
    expect(answer).toMatchObject({ statusCode: 400, body: { code: "NEXUS_REQUEST_INVALID" } });
  });

  it("gives up in time", async () => {
    const answer = await ask("counter-list", {}, { "x-min-version": "a:3" });
    expect(answer).toMatchObject({
      statusCode: 503,
      body: { code: "NEXUS_READ_MODEL_BEHIND" },
      headers: { "retry-after": "1" },
    });
    expect(world.runtime.sleeps.reduce((sum, pause) => sum + pause, 0)).toBe(2_000);
  });
});
