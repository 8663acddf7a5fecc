import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterPrefix, compareParts } from "../../../../local/services/dynamodb/storage/storage-key.ts";
import { compareText } from "../../../../local/services/dynamodb/text-order.ts";

const text = fc.string({ unit: "binary", maxLength: 8 });
const bytes = fc.uint8Array({ maxLength: 6 });

describe("the end of a prefix", () => {
  it("of a text is above every text that begins with it, and not above the next one", () => {
    fc.assert(
      fc.property(text, text, text, (prefix, rest, other) => {
        const end = afterPrefix(prefix);
        if (end === undefined) return;
        expect(compareParts(prefix + rest, end)).toBeLessThan(0);
        if (!other.startsWith(prefix) && compareParts(other, prefix) > 0)
          expect(compareParts(other, end)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("of bytes is above everything that begins with them", () => {
    fc.assert(
      fc.property(bytes, bytes, (prefix, rest) => {
        const end = afterPrefix(prefix);
        if (end !== undefined) expect(compareParts(Buffer.concat([prefix, rest]), end)).toBeLessThan(0);
      }),
    );
  });

  it("is open where nothing is larger", () => {
    expect(afterPrefix(Uint8Array.from([255, 255]))).toBeUndefined();
    expect(afterPrefix("\u{10FFFF}")).toBeUndefined();
    expect(afterPrefix("a\u{10FFFF}")).toBe("b");
    expect(afterPrefix("\uD7FF")).toBe("\uE000");
  });
});

describe("texts", () => {
  it("are ordered by their UTF-8 bytes", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
