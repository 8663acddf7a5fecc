import { describe, expect, it } from "vitest";
import { asSecret, canonical, holdsUnknown, toPlain, toWire, UNKNOWN } from "../../../local/engine/values.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";

describe("property values", () => {
  it("lose their secret envelopes at any depth", () => {
    const wire = { list: [asSecret({ inner: asSecret("x") })], plain: 1 };
    expect(toPlain(wire)).toEqual({ list: [{ inner: "x" }], plain: 1 });
  });

  it("are marked secret once only", () => {
    expect(asSecret(asSecret("x"))).toEqual(asSecret("x"));
  });

  it("hold the id of a resource they refer to, else its URN", () => {
    const reference = { [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:a" };
    expect(toPlain(reference)).toBe("urn:a");
    expect(toPlain({ ...reference, id: "i-1" })).toBe("i-1");
  });

  it("describe files and archives, and take that description back to the wire", () => {
    const wire = {
      code: {
        [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7",
        assets: { "a.txt": { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "hello" } },
      },
    };
    const plain = { code: { archive: { assets: { "a.txt": { asset: { text: "hello" } } } } } };
    expect(toPlain(wire)).toEqual(plain);
    expect(toWire(plain)).toEqual(wire);
  });

  it("of a kind that is not known are refused", () => {
    expect(() => toPlain({ [SIGNATURE]: "something new" })).toThrow(/something new/);
  });

  it("are unknown when anything in them is", () => {
    expect(holdsUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
    expect(holdsUnknown({ a: [{ b: "known" }] })).toBe(false);
  });

  it("compare equal whatever the order of their members, and with null as absent", () => {
    expect(canonical({ b: 1, a: { d: [1, 2], c: null } })).toBe(canonical({ a: { d: [1, 2] }, b: 1 }));
    expect(canonical({ a: [1, 2] })).not.toBe(canonical({ a: [2, 1] }));
  });
});
