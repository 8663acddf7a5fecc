import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, apiClient, type CommandAnswer } from "../../cli/client/api-client.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { type Signing, signedFetch, signedHeaders } from "../support/signed-request.ts";
import { ROOT } from "../support/stack-process.ts";
import { badCommands, order, place, type Sent } from "./bad-commands.ts";

let dataDirectory: string;
let stack: Stack;
let api: ApiClient;
beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "nexus-http-"));
  stack = await startStack({ directory: ROOT, stack: "dev", dataDirectory, port: 0, readModel: "sqlite" });
  api = apiClient(stack.running);
  for (const id of ["order-there", "order-busy", "order-raced", "order-repeated"])
    expect(await api.command({ type: "PlaceOrder", aggregateId: id, payload: order, key: "key-place" })).toMatchObject({
      accepted: true,
    });
});
afterAll(async () => {
  await stack?.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

const commits = async (): Promise<number> => {
  const TableName = stack.running.outputs["eventsTableName"];
  const { Count } = await stack.cloud.dynamodb.call("Scan", { TableName, Select: "COUNT" });
  return Number(Count);
};

const ownSigning = (): Signing => {
  const { accessKeyId, secretAccessKey } = stack.running;
  return { credentials: { accessKeyId, secretAccessKey } };
};

const wrongSecret = ({ credentials }: Signing): Signing => ({ credentials: { ...credentials, secretAccessKey: "?" } });

/** A command as anybody could send it, right or wrong. */
const post = (
  { type = "PlaceOrder", headers = { "idempotency-key": "key-1" }, body }: Sent,
  signing: Signing = ownSigning(),
): Promise<Response> =>
  signedFetch(
    {
      method: "POST",
      url: `${stack.running.api}/api/commands/${type}`,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    },
    signing,
  );

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  signedFetch({ url: `${stack.running.api}/api/queries/${path}`, headers }, ownSigning());

/** Holds an answer to RFC 9457 and to the refusal that is expected. */
const expectProblem = async (response: Response, refusal: string, pattern: RegExp): Promise<void> => {
  const [status, code] = refusal.split(" ");
  const body: unknown = await response.json();
  expect(body).toMatchObject({ status: Number(status), code, type: `urn:nexus-blueprint:error:${code}` });
  expect(body).toEqual(expect.objectContaining({ title: expect.any(String), correlationId: expect.any(String) }));
  expect(JSON.stringify(body)).toMatch(pattern);
  expect(JSON.stringify(body)).not.toMatch(/file:|node_modules|\bat [\w.]+ \(/);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.status).toBe(Number(status));
};

describe("a command", () => {
  it.each(badCommands)("with %s is refused as such, and nothing is stored", async (_, sent, refusal, pattern) => {
    const before = await commits();
    await expectProblem(await post(sent), refusal, pattern);
    expect(await commits()).toBe(before);
  });

  it.each<readonly [what: string, signing: (own: Signing) => Signing, reason: RegExp]>([
    ["an expired signature", (own) => ({ ...own, signingDate: new Date(Date.now() - 3_600_000) }), /expired/i],
    ["a signature by another secret", wrongSecret, /signature/i],
    ["a signature for another service", (own) => ({ ...own, service: "sqs" }), /execute-api/],
    ["a signature for another region", (own) => ({ ...own, region: "us-east-1" }), /eu-west-1/],
  ])("with %s is forbidden, the reason in a header", async (_, signing, reason) => {
    const before = await commits();
    const response = await post({ body: place(order) }, signing(ownSigning()));
    expect([response.status, await response.json()]).toEqual([403, { message: "Forbidden" }]);
    expect(response.headers.get("x-nexus-reason")).toMatch(reason);
    expect(await commits()).toBe(before);
  });

  it("without a signature is forbidden", async () => {
    const response = await fetch(`${stack.running.api}/api/commands/PlaceOrder`, {
      method: "POST",
      headers: { "idempotency-key": "key-1" },
      body: JSON.stringify(place(order)),
    });
    expect(response.status).toBe(403);
    expect(response.headers.get("x-nexus-reason")).toMatch(/missing an authentication token/);
  });

  it("whose body was changed on its way is forbidden", async () => {
    const url = `${stack.running.api}/api/commands/PlaceOrder`;
    const request = { method: "POST", url, body: JSON.stringify(place(order)) };
    const { host: _, ...headers } = await signedHeaders(request, ownSigning());
    const changed = JSON.stringify(place({ ...order, country: "EIRE" }));
    expect((await fetch(url, { method: "POST", headers, body: changed })).status).toBe(403);
  });
});

describe("a query", () => {
  const INVALID = "400 NEXUS_REQUEST_INVALID";
  it.each([
    ["an unknown resource", "order-book", "404 NEXUS_RESOURCE_UNKNOWN", /"known":\["order-list","order-search"/],
    ["an unknown field", "order-list?colour=red", INVALID, /"path":"colour".*the fields are status,/],
    ["a number that is none", "order-list?lineCount=many", INVALID, /"path":"lineCount".*whole number/],
    ["a date that is none", "order-list?from.placedAt=never", INVALID, /"path":"from.placedAt".*RFC 3339/],
    ["an order by an unknown field", "order-list?sort=-colour", INVALID, /"path":"sort".*one of status,/],
    ["a page of nothing", "order-list?limit=0", INVALID, /"path":"limit".*from 1 to 100/],
    ["a page of too much", "order-list?limit=101", INVALID, /"path":"limit".*from 1 to 100/],
    ["a cursor of its own making", "order-list?cursor=abc", INVALID, /cursor is not one/],
    ["no words to search for", "order-search/search", INVALID, /q is missing/],
    ["a search where there is no text", "order-list/search?q=heart", INVALID, /no text fields/],
    ["two faults", "order-list?colour=red&limit=0", INVALID, /"path":"colour".*"path":"limit"/],
  ])("with %s is refused as such", async (_, path, refusal, pattern) => {
    await expectProblem(await get(path), refusal, pattern);
  });

  it("for a version that is not there yet says when to ask again", async () => {
    const response = await get("order-list", { "x-min-version": "order-there:99" });
    expect(response.headers.get("retry-after")).toBe("1");
    await expectProblem(response, "503 NEXUS_READ_MODEL_BEHIND", /Ask again/);
  });
});

describe("commands at once", () => {
  /** As a client should: where others were faster, it sends again under the same key. */
  const insist = async (key: string): Promise<CommandAnswer> => {
    for (;;) {
      const answer = await api.command({
        type: "AddOrderNote",
        aggregateId: "order-busy",
        payload: { text: key },
        key,
      });
      if (answer.accepted || answer.problem.code !== "NEXUS_AGGREGATE_BUSY") return answer;
    }
  };

  it("on one order are all done, each at a version of its own, and all are projected", {
    timeout: 60_000,
  }, async () => {
    const keys = Array.from({ length: 64 }, (_, index) => `note-${index}`);
    const answers = await Promise.all(keys.map(insist));
    const versions = answers.flatMap((answer) => (answer.accepted ? answer.receipt.version : []));
    expect(versions.toSorted((a, b) => a - b)).toEqual(keys.map((_, index) => index + 2));
    await expect
      .poll(async () => (await api.query({ resource: "order-list", parameters: { "from.noteCount": "1" } })).items, {
        timeout: 30_000,
      })
      .toEqual([expect.objectContaining({ id: "order-busy", version: 65, noteCount: 64 })]);
  });

  it("with the same expectedVersion are done once", async () => {
    const note = { type: "AddOrderNote", aggregateId: "order-raced", payload: { text: "first" }, expectedVersion: 1 };
    const answers = await Promise.all(Array.from({ length: 16 }, () => api.command(note)));
    expect(answers.filter(({ accepted }) => accepted)).toHaveLength(1);
    for (const answer of answers)
      if (!answer.accepted) expect(answer).toMatchObject({ status: 409, problem: { code: "NEXUS_VERSION_CONFLICT" } });
  });

  it("with the same key are done once and answered alike", async () => {
    const note = { type: "AddOrderNote", aggregateId: "order-repeated", payload: { text: "once" }, key: "key-note" };
    const answers = await Promise.all(Array.from({ length: 16 }, () => api.command(note)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify(answers[0])]));
    expect(answers[0]).toMatchObject({ accepted: true, receipt: { version: 2, commandId: "key-note" } });
  });
});
