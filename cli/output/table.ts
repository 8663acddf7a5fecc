import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";

/** A table for people: a head, rows, no frame. Columns named in `rightAligned` hold figures. */
export const renderTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly string[] = [],
): string => {
  const table = new Table({
    head: [...head],
    colAligns: head.map((name) =>
      rightAligned.includes(stripVTControlCharacters(name)) ? ("right" as const) : ("left" as const),
    ),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: NO_FRAME,
  });
  for (const row of rows) table.push([...row]);
  return table.toString().replaceAll(/ +$/gm, "");
};

/** Long texts are cut: a table is for an overview, --json for the rest. */
const CELL_CHARACTERS = 40;

/** A value in one short line. */
export const cell = (value: unknown): string => {
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > CELL_CHARACTERS ? `${line.slice(0, CELL_CHARACTERS - 1)}…` : line;
};

const NO_FRAME = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
  ].map((name) => [name, ""]),
);
