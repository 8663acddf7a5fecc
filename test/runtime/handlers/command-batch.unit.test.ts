import { beforeEach, describe, expect, it, vi } from "vitest";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import { commandEvent, FUNCTION_ENVIRONMENT, httpEvent, lambdaContext } from "../../support/counter/lambda.ts";
import { counterWorld } from "../../support/counter/world.ts";

vi.mock("nexus:service", () => import("../../support/counter/counter-service.ts"));
for (const [key, value] of Object.entries(FUNCTION_ENVIRONMENT)) vi.stubEnv(key, value);
const { telemetry } = await import("../../../runtime/middleware/telemetry.ts");
const { createHandler } = await import("../../../runtime/handlers/handle-command.ts");

let world: ReturnType<typeof counterWorld>;
beforeEach(() => {
  world = counterWorld();
});

const send = async (body: unknown, headers: Record<string, string> = {}) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const event = httpEvent({ path: "/api/commands", headers, ...(text === undefined ? {} : { body: text }) });
  const answer = await createHandler(world)(event, lambdaContext());
  return { ...answer, body: JSON.parse(answer.body ?? "null") };
};
const open = (aggregateId: string) => ({
  type: "OpenCounter",
  commandId: `open-${aggregateId}`,
  aggregateId,
  payload: { label: "a" },
});

describe("POST /api/commands", () => {
  it("answers each command as it would be answered alone, in the order in which they came", async () => {
    const add = { type: "AddToCounter", commandId: "c2", aggregateId: "a", payload: { amounts: [1, 2] } };
    const { statusCode, headers, body } = await send(
      {
        commands: [
          open("a"),
          add,
          { ...add, aggregateId: "b" },
          { ...add, payload: { amounts: [3] } },
          { ...open("c"), expectedVersion: 4 },
          { ...open("d"), type: "Explode" },
        ],
      },
      { "x-correlation-id": "x-1" },
    );
    expect([statusCode, headers]).toEqual([207, expect.objectContaining({ "x-correlation-id": "x-1" })]);
    expect(body.results).toMatchObject([
      { status: 202, commandId: "open-a", correlationId: "x-1", version: 1 },
      { status: 202, version: 3, events: [{ id: "a/2" }, { id: "a/3" }] },
      { status: 422, code: "COUNTER_UNKNOWN", correlationId: "x-1" },
      { status: 422, code: "NEXUS_IDEMPOTENCY_KEY_REUSED" },
      { status: 409, code: "NEXUS_VERSION_CONFLICT", expectedVersion: 4, actualVersion: 0 },
      { status: 404, code: "NEXUS_COMMAND_UNKNOWN" },
    ]);
  });

  it("gives a batch that is sent again its first answers", async () => {
    const batch = { commands: [open("a"), open("b")] };
    const first = await send(batch);
    expect((await send(batch)).body.results.map(({ version }: { version: number }) => version)).toEqual([1, 1]);
    expect(first.statusCode).toBe(207);
  });

  it("says of each entry that is no command what is wrong with it", async () => {
    const { statusCode, body } = await send({
      commands: [open("a"), "text", { ...open("a/b"), commandId: "", extra: 1 }, { ...open("c"), type: undefined }],
    });
    expect(statusCode).toBe(207);
    const paths = body.results.map((result: { errors?: { path: string }[] }) => result.errors?.map(({ path }) => path));
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual([202, 400, 400, 400]);
    expect(paths).toEqual([undefined, undefined, ["/extra", "/aggregateId", "/commandId"], ["/type"]]);
  });

  it.each([
    ["no body", undefined, "the body is missing"],
    ["no JSON", "{", "the body is not JSON"],
    ["a list", [open("a")], "the body is not a JSON object"],
    ["no commands", {}, "/commands must be a list of 1 to 100 commands"],
    ["an empty list", { commands: [] }, "/commands must be a list of 1 to 100 commands"],
    ["too many", { commands: Array.from({ length: 101 }, (_, at) => open(`a${at}`)) }, "/commands must be a list"],
    ["another field", { commands: [open("a")], atomic: true }, "/atomic is not a known field"],
  ])("refuses %s whole", async (_, body, detail) => {
    expect(await send(body)).toMatchObject({
      statusCode: 400,
      body: { code: "NEXUS_REQUEST_INVALID", detail: expect.stringContaining(detail) },
    });
  });

  it("records for each what led to the batch", async () => {
    await send({ commands: [open("a"), open("b")] }, { "x-causation-id": "import-7" });
    for (const id of ["a", "b"])
      expect(await commitsOf(world.events, id)).toMatchObject([{ commandId: `open-${id}`, causationId: "import-7" }]);
    expect((await send({ commands: [open("c")] }, { "x-causation-id": "a b" })).statusCode).toBe(400);
  });

  it("counts the commands that it holds", async () => {
    const metric = vi.spyOn(telemetry, "metric");
    await send({ commands: [open("a"), open("b"), "text"] });
    expect(metric.mock.calls.filter(([name]) => name === "CommandsReceived")).toEqual([
      ["CommandsReceived", "Count", 3],
    ]);
    metric.mockRestore();
  });

  it("asks the policies about each command", async () => {
    const asked: string[] = [];
    const policies = {
      enforce: async ({ subject }: { subject: string }) => {
        asked.push(subject);
        return undefined;
      },
    };
    const event = httpEvent({ path: "/api/commands", body: JSON.stringify({ commands: [open("a"), open("b")] }) });
    await createHandler({ ...world, policies })(event, lambdaContext());
    expect(asked).toEqual(["OpenCounter", "OpenCounter"]);
  });

  it("is told apart from a single command by its path", async () => {
    const single = commandEvent("OpenCounter", { aggregateId: "a", payload: { label: "a" } });
    expect(await createHandler(world)(single, lambdaContext())).toMatchObject({ statusCode: 202 });
  });
});
