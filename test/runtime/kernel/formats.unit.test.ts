import { describe, expect, it } from "vitest";
import { fromCloudEvent, toCloudEvent, withoutData } from "../../../runtime/kernel/cloud-event.ts";
import { declaredFields } from "../../../runtime/kernel/document.ts";
import { recordedEvents } from "../../../runtime/kernel/event.ts";
import { isTraceparent, traceparentOfXRay } from "../../../runtime/kernel/trace-context.ts";
import { commit } from "../../support/counter/commits.ts";
import { counterList } from "../../support/counter/counter-service.ts";

const thrown = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe("a CloudEvent", () => {
  const [event] = recordedEvents(
    commit("a", 7, { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }),
  );
  if (event === undefined) throw new Error("a commit has an event");
  const envelope = toCloudEvent(event, "counters");

  it("carries an event there and back", () => {
    expect(fromCloudEvent(JSON.parse(JSON.stringify(envelope)), "counters")).toEqual(event);
  });

  it("has attribute names of lower-case letters and digits, as CloudEvents 1.0 asks", () => {
    for (const name of Object.keys(envelope)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });

  it("may refer to its data", () => {
    const { data: _, ...rest } = event;
    expect(fromCloudEvent(JSON.parse(JSON.stringify(withoutData(envelope))), "counters")).toEqual(rest);
  });

  it.each([
    ["nothing", null],
    ["a list", []],
    ["another specversion", { ...envelope, specversion: "0.3" }],
    ["another service", { ...envelope, source: "/orders/counter" }],
    ["no subject", { ...envelope, subject: "" }],
    ["an id of its own", { ...envelope, id: "a/8" }],
    ["a version that is no number", { ...envelope, aggregateversion: "7" }],
    ["a version of 0", { ...envelope, aggregateversion: 0, id: "a/0" }],
    ["neither data nor reference", { ...envelope, data: undefined }],
    ["data that is no object", { ...envelope, data: null }],
  ])("with %s is not an event of the service", (_, value) => {
    expect(thrown(() => fromCloudEvent(value, "counters"))).toMatchObject({ code: "NEXUS_EVENT_UNDECODABLE" });
  });
});

describe("a trace", () => {
  it("of X-Ray reads as W3C trace context", () => {
    expect(traceparentOfXRay("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")).toBe(
      "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
    );
    for (const header of ["", "Root=1-5759e988;Parent=53995c3f42cd8ad8", "Root=1-5759e988-bd862e3fe1be46a994272793"])
      expect(traceparentOfXRay(header)).toBeUndefined();
  });

  it("of zeros or of another version is none", () => {
    expect(isTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")).toBe(true);
    expect(isTraceparent(`00-${"0".repeat(32)}-b7ad6b7169203331-01`)).toBe(false);
    expect(isTraceparent("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")).toBe(false);
  });
});

describe("declared fields", () => {
  it("are checked, dates brought to UTC, lists of text joined, missing ones null", () => {
    expect(
      declaredFields(counterList, { label: "a", openedAt: "2026-01-31T10:00:00+01:00", notes: ["x", "y"], more: {} }),
    ).toEqual({
      label: "a",
      total: null,
      openedAt: "2026-01-31T09:00:00.000Z",
      notes: "x\ny",
    });
  });

  it.each([{ label: 1 }, { total: 1.5 }, { total: "1" }, { openedAt: "soon" }, { notes: [1] }, { label: ["a"] }])(
    "refuse %j",
    (document) => {
      expect(thrown(() => declaredFields(counterList, document))).toMatchObject({ code: "NEXUS_DOCUMENT_INVALID" });
    },
  );
});
