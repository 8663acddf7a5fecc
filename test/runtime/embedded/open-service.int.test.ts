import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import service from "../../../runtime/domain/service.ts";
import { type Command, openService } from "../../../runtime/embedded/index.ts";
import { commitsOf } from "../../contracts/event-store/reading.ts";

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
