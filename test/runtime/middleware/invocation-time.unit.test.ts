import { expect, it, vi } from "vitest";
import type { Command } from "../../../runtime/application/command-handler.ts";
import { FUNCTION_ENVIRONMENT, httpEvent, lambdaContext } from "../../support/counter/lambda.ts";

vi.mock("nexus:service", () => import("../../support/counter/counter-service.ts"));
for (const [key, value] of Object.entries(FUNCTION_ENVIRONMENT)) vi.stubEnv(key, value);
const { httpHandler } = await import("../../../runtime/middleware/chains.ts");
const { composeCommandHandler } = await import("../../../runtime/middleware/composition.ts");

const command: Command = {
  ...{ type: "OpenCounter", aggregateId: "a", payload: { label: "a" } },
  ...{ commandId: "c", correlationId: "x", actor: "arn:aws:iam::000000000000:user/tester" },
};

it("a command function sends nothing to the log when no time is left for an answer, and says so", async () => {
  const { commands } = composeCommandHandler();
  const outcomes: unknown[] = [];
  const handle = httpHandler(async () => {
    outcomes.push(await commands.handle(command).catch((error: unknown) => error));
    return {};
  });
  for (const remainingMs of [3_000, 9_000])
    await handle(httpEvent(), { ...lambdaContext(), getRemainingTimeInMillis: () => remainingMs });
  const [late, early] = outcomes;
  expect(late).toMatchObject({
    code: "NEXUS_EVENT_STORE_UNAVAILABLE",
    retryable: true,
    message: expect.stringContaining("no time is left for a request"),
  });
  // With time left it does begin, and ends at once: there are no credentials here.
  expect(early).toMatchObject({ code: "NEXUS_CONFIGURATION_INVALID" });
});
