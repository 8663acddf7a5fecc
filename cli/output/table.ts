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

const NO_FRAME = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
  ].map((name) => [name, ""]),
);
