import { describe, expect, it } from "vitest";
import { createFaults } from "../../../local/front/faults.ts";

const put = {
  service: "dynamodb",
  action: "PutItem",
  resource: "arn:aws:dynamodb:eu-west-1:000000000000:table/events",
};

describe("asked-for faults", () => {
  it("strike as often as they were asked for", async () => {
    const faults = createFaults();
    faults.add({ service: "dynamodb", action: "PutItem", kind: "throttle", times: 2 });
    for (const _ of [1, 2])
      await expect(faults.before(put)).rejects.toMatchObject({ code: "ProvisionedThroughputExceededException" });
    await expect(faults.before(put)).resolves.toBeUndefined();
  });

  it.each([
    ["another service", { ...put, service: "kinesis" }],
    ["another action", { ...put, action: "GetItem" }],
    ["another resource", { ...put, resource: "arn:aws:dynamodb:eu-west-1:000000000000:table/snapshots" }],
  ])("leave %s alone", async (_, target) => {
    const faults = createFaults();
    faults.add({ service: "dynamodb", action: "PutItem", resource: "table/events", kind: "failBefore" });
    await expect(faults.before(target)).resolves.toBeUndefined();
    await expect(faults.before(put)).rejects.toMatchObject({ code: "InternalServerError", statusCode: 500 });
  });

  it("strike by chance as the given numbers say", async () => {
    const numbers = [0.4, 0.6, 0.2];
    const faults = createFaults({ random: () => numbers.shift() ?? 1 });
    faults.add({ service: "dynamodb", action: "*", kind: "failBefore", probability: 0.5 });
    const struck = [];
    for (const _ of [1, 2, 3])
      struck.push(
        await faults.before(put).then(
          () => false,
          () => true,
        ),
      );
    expect(struck).toEqual([true, false, true]);
  });

  it("that fail after the effect, or delay, let the call through first", async () => {
    const waits: number[] = [];
    const faults = createFaults({ wait: async (milliseconds) => void waits.push(milliseconds) });
    faults.add({ service: "dynamodb", action: "PutItem", kind: "delay", delayMs: 250 });
    faults.add({ service: "dynamodb", action: "PutItem", kind: "failAfter" });
    await expect(faults.before(put)).resolves.toBeUndefined();
    await expect(faults.after(put)).rejects.toMatchObject({ statusCode: 500 });
    expect(waits).toEqual([250]);
  });

  it("can be taken back", async () => {
    const faults = createFaults();
    const remove = faults.add({ service: "sqs", action: "*", kind: "throttle" });
    faults.add({ service: "dynamodb", action: "*", kind: "throttle" });
    remove();
    await expect(faults.before({ ...put, service: "sqs" })).resolves.toBeUndefined();
    faults.clear();
    await expect(faults.before(put)).resolves.toBeUndefined();
  });
});
