import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import service from "../../../runtime/domain/service.ts";
import { type Command, openService } from "../../../runtime/embedded/index.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";
import counters from "../../support/counter/counter-service.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-embedded-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const command = (type: string, payload: object, commandId: string): Command => ({
  ...{ type, payload, commandId },
  aggregateId: "order-1",
  correlationId: commandId,
  actor: "arn:aws:iam::000000000000:user/tester",
});
const place = command(
  "PlaceOrder",
  { country: "France", currency: "GBP", lines: [{ sku: "1", quantity: 1, unitPriceMinor: 5 }] },
  "place",
);

it("a service in a file goes on where it ended, and knows the commands it has had", async () => {
  const file = join(folder, "orders.db");
  const first = openService(service, { file });
  const reply = await first.commands.handle(place);
  await first.close();

  await using again = openService(service, { file, durability: "process-crash" });
  expect(await again.commands.handle(place)).toEqual(reply);
  const late = { reason: "late" };
  expect(await again.commands.handle(command("CancelOrder", late, "cancel"))).toMatchObject({ version: 2 });
  await expect(again.commands.handle(command("CancelOrder", late, "twice"))).rejects.toMatchObject({
    code: "ORDER_ALREADY_CANCELLED",
  });
  expect(await commitsOf(again.events, "order-1")).toHaveLength(2);
});

it.each([
  ["an event that its schema does not allow", { type: "SpoilCounter" }, "NEXUS_EVENT_INVALID", "CounterAdded.v2"],
  ["an empty aggregate id", { aggregateId: "" }, "NEXUS_REQUEST_INVALID", "/aggregateId must be 1 to 128 letters"],
  ["an aggregate id that no token can hold", { aggregateId: "a/1#2" }, "NEXUS_REQUEST_INVALID", "/aggregateId"],
  ["an empty command id", { commandId: "" }, "NEXUS_REQUEST_INVALID", "/commandId must be 1 to 128 characters"],
  ["a command id with a space", { commandId: "a b" }, "NEXUS_REQUEST_INVALID", "/commandId"],
  ["no correlation id", { correlationId: undefined }, "NEXUS_REQUEST_INVALID", "/correlationId"],
  ["a causation id with a line break", { causationId: "a\nb" }, "NEXUS_REQUEST_INVALID", "/causationId"],
  ["no caller", { actor: "" }, "NEXUS_REQUEST_INVALID", "/actor"],
  ["half a version", { expectedVersion: 0.5 }, "NEXUS_REQUEST_INVALID", "/expectedVersion must be a whole number"],
])("takes nothing with %s", async (_, wrong, code, message) => {
  await using opened = openService(counters, { file: join(folder, "counters.db") });
  const right = command("OpenCounter", { label: "a" }, "open");
  const refused = opened.commands.handle({ ...right, ...wrong } as Command);
  await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  for await (const records of opened.events.getRecords()) expect(records).toEqual([]);
  expect(await opened.commands.handle(right)).toMatchObject({ version: 1 });
});

it("gives its log to readers, and nothing that appends past the schemas", async () => {
  await using opened = openService(counters, { file: join(folder, "counters.db") });
  expect(Object.keys(opened.events).sort()).toEqual([
    "getCommitKeys",
    "getEvents",
    "getEventsByTimeRange",
    "getRecords",
  ]);
});
