import { expect, it } from "vitest";
import { table } from "../../../cli/commands/query.ts";

it("shows a column a field that has a value, id and version first", () => {
  const items = [
    { status: "placed", note: "", id: "order-1", version: 1 },
    { status: "cancelled", reason: `late${"!".repeat(60)}\nvery`, id: "order-2", version: 2 },
  ];
  const lines = table({ items, total: 7, cursor: "next" }).split("\n");
  expect(lines[1]?.split("│").map((cell) => cell.trim())).toEqual(["", "id", "version", "status", "reason", ""]);
  expect(lines.some((line) => line.includes("order-2") && line.includes("!…"))).toBe(true);
  expect(lines.at(-1)).toBe("2 of 7; more with --cursor next");
});

it("says that nothing was found", () => {
  expect(table({ items: [], total: 0 })).toBe("nothing found");
});
