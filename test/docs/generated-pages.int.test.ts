import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pagePath, pages } from "../../docs/generate.ts";

describe("the generated pages", () => {
  it.each([...pages()])("docs/%s says what the code says; else run npm run docs", (name, text) => {
    expect(readFileSync(pagePath(name), "utf8")).toBe(text);
  });
});
