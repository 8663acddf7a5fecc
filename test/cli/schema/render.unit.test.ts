import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { type Finding, renderGithub, renderJson, renderText, worst } from "../../../cli/schema/render.ts";
import { checkCompatibility } from "../../../runtime/kernel/compatibility/check-compatibility.ts";

const finding = (before: unknown, after: unknown): Finding => ({
  file: "schemas/order/A.v1.json",
  against: "main",
  text: JSON.stringify(after, null, 2),
  ...checkCompatibility([before], after, "BACKWARD"),
});
const narrowed = finding({ type: "string", maxLength: 9 }, { type: "string", maxLength: 3 });
const widened = finding({ type: "string", maxLength: 3 }, { type: "string", maxLength: 9 });
const reason = "100%, seen\nby all";
const pattern = { type: "string", pattern: "^(?!x)a$" };
const undecided = finding(pattern, { ...pattern, pattern: "^(?!xy)a$" });
const waived = finding(pattern, {
  pattern: "^(?!xy)a$",
  "x-nexus-waiver": [{ rule: "nexus-schema-undecided", reason }],
});

describe("the verdict of many", () => {
  it("is the worst of them", () => {
    expect(worst([])).toBe("compatible");
    expect(worst([widened, undecided])).toBe("undecided");
    expect(worst([undecided, widened, narrowed])).toBe("incompatible");
  });
});

describe("for GitHub", () => {
  it("marks the line of what breaks, and nothing that does not", () => {
    const [line, ...more] = renderGithub([narrowed, widened]).split("\n");
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^::error file=schemas\/order\/A\.v1\.json,line=3,title=nexus-schema-length-narrowed::\/maxLength \(compared with main\): /,
    );
  });

  it("warns of what was waived, with the reason in one line", () => {
    const line = renderGithub([waived]);
    expect(line).toMatch(/^::warning .*title=nexus-schema-undecided::.*Waived: 100%25, seen%0Aby all/);
    expect(line.split("\n")).toHaveLength(1);
  });

  it("marks the first line of a file that is gone", () => {
    expect(renderGithub([{ ...narrowed, text: undefined }])).toContain("line=1,");
  });
});

describe("for programs", () => {
  it("has the verdict and the changes, with their files where there are many", () => {
    const [change] = narrowed.changes;
    expect(JSON.parse(renderJson([narrowed], false))).toEqual({ verdict: "incompatible", changes: [change] });
    expect(JSON.parse(renderJson([narrowed], true)).changes).toEqual([
      { file: "schemas/order/A.v1.json", against: "main", ...change },
    ]);
  });
});

describe("for people", () => {
  it("says what breaks, why, and what to do", () => {
    expect(renderText([narrowed], picocolors.createColors(false)).split("\n")).toEqual([
      "no schemas/order/A.v1.json: incompatible with main",
      "     nexus-schema-length-narrowed at /maxLength",
      '       The old schema accepts "aaaa" here; the new one refuses it by maxLength: 3.',
      "       Do not raise minLength, do not lower maxLength; enforce the new bound where the text is made.",
    ]);
  });
});
