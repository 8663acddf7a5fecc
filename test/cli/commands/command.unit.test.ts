import { describe, expect, it } from "vitest";
import { readRequest, separate } from "../../../cli/commands/command.ts";

describe("the data of nexus command", () => {
  it("is the payload when the aggregate is named by option", () => {
    const options = { aggregateId: "order-1", expectedVersion: 3, key: "key-1" };
    expect(readRequest("CancelOrder", '{"reason":"late"}', options)).toEqual({
      type: "CancelOrder",
      payload: { reason: "late" },
      ...options,
    });
  });

  it("is the whole body when it is not; options come first", () => {
    const body = '{"aggregateId":"order-1","payload":{"reason":"late"},"expectedVersion":2}';
    const request = { type: "CancelOrder", aggregateId: "order-1", payload: { reason: "late" } };
    expect(readRequest("CancelOrder", body, {})).toEqual({ ...request, expectedVersion: 2 });
    expect(readRequest("CancelOrder", body, { expectedVersion: 5 })).toEqual({ ...request, expectedVersion: 5 });
  });

  it.each([
    ["text that is not JSON", "{", "the data is not JSON"],
    ["a list", "[]", "the data must be an object"],
    ["a body without an aggregate", '{"payload":{}}', "the data names no aggregate"],
    ["a field no body has", '{"aggregateId":"a","payload":{},"colour":1}', '"colour" does not belong'],
    ["a version that is text", '{"aggregateId":"a","payload":{},"expectedVersion":"1"}', "must be a number"],
  ])("is refused as bad input when it is %s", (_, data, message) => {
    expect(() => readRequest("PlaceOrder", data, {})).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
    );
  });

  const isStackFolder = (value: string) => value.startsWith(".nexus");

  it("may stand beside the stack's folder, which --data names everywhere else", () => {
    expect(separate(["{}"], isStackFolder)).toEqual({ folder: undefined, data: "{}" });
    expect(separate([".nexus", "@order.json"], isStackFolder)).toEqual({ folder: ".nexus", data: "@order.json" });
  });

  it.each([
    [[], "--data is missing"],
    [[".nexus"], "--data is missing"],
    [["{}", "{}"], "--data is given twice"],
    [[".nexus", ".nexus2"], "2 folders"],
  ])("must be given once: %j", (values, message) => {
    expect(() => separate(values, isStackFolder)).toThrow(message);
  });
});
