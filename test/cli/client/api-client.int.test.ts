import { afterEach, beforeEach, expect, it } from "vitest";
import { apiClient } from "../../../cli/client/api-client.ts";
import { type ApiDouble, apiDouble } from "../../support/api-double.ts";

let api: ApiDouble;
beforeEach(async () => {
  api = await apiDouble();
});
afterEach(() => api.close());

const receipt = { commandId: "c", correlationId: "r", aggregateId: "order-1", version: 1, events: [] };

it("sends a signed command with its key and gives the receipt", async () => {
  api.answer({ status: 202, body: receipt });
  const command = { type: "PlaceOrder", aggregateId: "order-1", payload: { city: "Malmö" }, key: "key-1" };
  const answer = await apiClient(api.stack).command({ ...command, expectedVersion: 0 });
  expect(answer).toEqual({ accepted: true, status: 202, receipt });
  expect(api.seen).toMatchObject([
    {
      method: "POST",
      path: "/api/commands/PlaceOrder",
      signedFor: "execute-api",
      headers: { "idempotency-key": "key-1" },
    },
  ]);
  expect(JSON.parse(String(api.seen[0]?.body))).toEqual({
    aggregateId: "order-1",
    payload: { city: "Malmö" },
    expectedVersion: 0,
  });
});

it("makes a new key for each command that is given none", async () => {
  api.answer({ status: 202, body: receipt });
  const client = apiClient(api.stack);
  for (let i = 0; i < 2; i++) await client.command({ type: "PlaceOrder", aggregateId: "order-1", payload: {} });
  expect(new Set(api.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
});

it("gives a refusal with its problem", async () => {
  api.answer({ status: 422, body: { title: "Refused", status: 422, detail: "no such order", code: "ORDER_UNKNOWN" } });
  const answer = await apiClient(api.stack).command({ type: "CancelOrder", aggregateId: "order-1", payload: {} });
  expect(answer).toMatchObject({
    accepted: false,
    status: 422,
    problem: { code: "ORDER_UNKNOWN", detail: "no such order" },
  });
});

it("understands the gateway's own refusals, which are no problems in JSON", async () => {
  api.answer({ status: 403, body: { message: "Forbidden" } }, { status: 502, body: "<html>" });
  const client = apiClient(api.stack);
  const send = () => client.command({ type: "CancelOrder", aggregateId: "order-1", payload: {} });
  expect(await send()).toMatchObject({ accepted: false, problem: { status: 403, detail: "Forbidden" } });
  expect(await send()).toMatchObject({ accepted: false, problem: { status: 502, detail: "<html>" } });
});

it("signs a query whatever stands in its parameters", async () => {
  api.answer({ status: 200, body: { items: [], total: 0 } });
  const parameters = { country: "United Kingdom", "from.placedAt": "2010-12-01T08:26:00+00:00", odd: "a&b=ü*'()" };
  await apiClient(api.stack).query({ resource: "order-search", parameters, text: "50% off + more" });
  expect(api.seen[0]?.signedFor).toBe("execute-api");
  const url = new URL(String(api.seen[0]?.path), api.stack.api);
  expect(url.pathname).toBe("/api/queries/order-search/search");
  expect(Object.fromEntries(url.searchParams)).toEqual({ ...parameters, q: "50% off + more" });
});

it("throws the problem of a query that is refused", async () => {
  api.answer({ status: 400, body: { status: 400, detail: "no field colour", code: "NEXUS_REQUEST_INVALID" } });
  await expect(apiClient(api.stack).query({ resource: "order-list" })).rejects.toMatchObject({
    message: "NEXUS_REQUEST_INVALID: no field colour",
    problem: { status: 400 },
  });
});

it("says in one line that a stack does not answer", async () => {
  const { stack } = api;
  await api.close();
  await expect(apiClient(stack).query({ resource: "order-list" })).rejects.toMatchObject({
    name: "CliFailure",
    message: expect.stringMatching(/^the stack at http:\/\/127.0.0.1:\d+ does not answer \(.*ECONNREFUSED.*\)$/),
  });
  api = await apiDouble();
});
