import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pagePath, pages, pagesOfProgram } from "../../docs/generate.ts";

describe("the generated pages", () => {
  it.each([...pages()])("docs/%s says what the code says; else run npm run docs", (name, text) => {
    expect(readFileSync(pagePath(name), "utf8")).toBe(text);
  });

  it("draw the program as it is; else run npm run docs", async () => {
    for (const [name, text] of await pagesOfProgram()) expect(readFileSync(pagePath(name), "utf8"), name).toBe(text);
  });

  it("are those of the policies there are", () => {
    expect(readdirSync(pagePath("policies")).map((file) => `policies/${file}`)).toEqual(
      [...pages().keys()].filter((name) => name.startsWith("policies/")).sort(),
    );
  });
});
