import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** How Ajv's standalone code reaches a format: `require("ajv-formats/dist/formats").fullFormats["date-time"]`. */
const REFERENCE = /require\("ajv-formats\/dist\/formats"\)\.fullFormats(?:\.(\w+)|\["([\w-]+)"\])/g;

const FORMATS = { begin: "exports.fullFormats = {\n", end: "exports.formatNames =" };
/** An entry of ajv-formats' table stands on a line of its own. */
const ENTRY = /^ {4}(?:(\w+)|"([\w-]+)")(?::|,$)/;

/**
 * Puts the formats that Ajv's standalone code uses in the place of ajv-formats' table of all of them, which is 13 KB in
 * each bundle: a table cannot be shaken.
 */
export const usedFormats = (code: string): string => {
  const used = new Set([...code.matchAll(REFERENCE)].map(([, word, quoted]) => word ?? quoted));
  if (used.size === 0) return code;
  const source = readFileSync(createRequire(import.meta.url).resolve("ajv-formats/dist/formats"), "utf8");
  const [begin, end] = [source.indexOf(FORMATS.begin), source.lastIndexOf(FORMATS.end)];
  const entries = source
    .slice(begin + FORMATS.begin.length, source.indexOf("\n};", begin))
    .split("\n")
    .filter((line) => {
      const [, word, quoted] = ENTRY.exec(line) ?? [];
      return used.has(word ?? quoted);
    });
  if (begin === -1 || end === -1 || entries.length !== used.size)
    throw new Error(`ajv-formats is not laid out as expected: looked for the formats ${[...used].join(", ")}`);
  const definition = source.slice(source.indexOf("function fmtDef"), begin);
  const helpers = source.slice(source.indexOf("\n", end));
  const table = `const usedFormats = {\n${entries.join("\n")}\n};`;
  return [definition, helpers, table, code.replace(REFERENCE, 'usedFormats["$1$2"]')].join("\n");
};
