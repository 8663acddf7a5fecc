// biome-ignore-all format: a case a line
import { type Case, S } from "./case.ts";

const text = (keywords: Readonly<Record<string, unknown>>) => ({ type: "string", ...keywords });
const INSTANT = "^\\d{4}-\\d{2}-\\d{2}T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z$";

export const TEXTS: readonly Case[] = [
  // lengths
  ["maxLength lowered", text({ maxLength: 5 }), text({ maxLength: 4 }), "B", "incompatible", "length-narrowed /maxLength"],
  ["maxLength raised", text({ maxLength: 4 }), text({ maxLength: 5 }), "B", "compatible"],
  ["maxLength raised, readers stay", text({ maxLength: 4 }), text({ maxLength: 5 }), "F", "incompatible", "length-widened /maxLength"],
  ["maxLength added", S, text({ maxLength: 5 }), "B", "incompatible", "length-narrowed /maxLength"],
  ["minLength raised", text({ minLength: 1 }), text({ minLength: 2 }), "B", "incompatible", "length-narrowed /minLength"],
  ["minLength lowered", text({ minLength: 2 }), text({ minLength: 1 }), "B", "compatible"],
  ["minLength 0 says nothing", S, text({ minLength: 0 }), "U", "compatible"],
  ["lengths that no number minds", { type: "number" }, { type: "number", maxLength: 1 }, "U", "compatible"],
  ["no length fits", text({ minLength: 3, maxLength: 2 }), text({ const: "x" }), "B", "compatible"],
  ["characters beyond the first plane count once", { const: "😀😀" }, { maxLength: 2 }, "B", "compatible"],
  ["a length that an enum keeps already", { enum: ["ab", "abc"] }, { minLength: 2, maxLength: 3 }, "B", "compatible"],
  ["only the empty text", text({ maxLength: 0 }), { const: "" }, "U", "compatible"],
  // patterns
  ["the same pattern", text({ pattern: "^a+$" }), text({ pattern: "^a+$" }), "U", "compatible"],
  ["a pattern added", S, text({ pattern: "^a" }), "B", "incompatible", "pattern-narrowed /pattern"],
  ["a pattern dropped", text({ pattern: "^a" }), S, "B", "compatible"],
  ["a pattern dropped, readers stay", text({ pattern: "^a" }), S, "F", "incompatible", "pattern-widened /pattern"],
  ["a wider class", text({ pattern: "^[a-z]+$" }), text({ pattern: "^[a-z0-9]+$" }), "B", "compatible"],
  ["a narrower class", text({ pattern: "^[a-z0-9]+$" }), text({ pattern: "^[a-z]+$" }), "B", "incompatible", "pattern-narrowed /pattern"],
  ["the same in other words", text({ pattern: "^(a|b)*$" }), text({ pattern: "^[ab]*$" }), "U", "compatible"],
  ["\\d is [0-9]", text({ pattern: "^\\d{2,4}$" }), text({ pattern: "^[0-9][0-9][0-9]?[0-9]?$" }), "U", "compatible"],
  ["a repetition more often", text({ pattern: "^x{1,3}$" }), text({ pattern: "^x{1,5}$" }), "B", "compatible"],
  ["a repetition less often", text({ pattern: "^x{1,5}$" }), text({ pattern: "^x{1,3}$" }), "B", "incompatible", "pattern-narrowed /pattern"],
  ["without anchors a pattern matches anywhere", text({ pattern: "abc" }), text({ pattern: "b" }), "B", "compatible"],
  ["a pattern that matches everything", S, text({ pattern: "[a-z]*" }), "U", "compatible"],
  ["an anchor is added", text({ pattern: "a$" }), text({ pattern: "^a$" }), "B", "incompatible", "pattern-narrowed /pattern"],
  ["an option is added", text({ pattern: "^(EUR|GBP)$" }), text({ pattern: "^(EUR|GBP|USD)$" }), "B", "compatible"],
  ["a pattern becomes the enum of its texts", text({ pattern: "^(EUR|GBP)$" }), { enum: ["EUR", "GBP"] }, "U", "compatible"],
  ["a pattern becomes an enum with one text too few", text({ pattern: "^(EUR|GBP)$" }), { enum: ["EUR"] }, "B", "incompatible", "enum-narrowed /enum"],
  ["an enum becomes a pattern that it matches", { enum: ["EUR", "GBP"] }, text({ pattern: "^[A-Z]{3}$" }), "B", "compatible"],
  ["an enum becomes a pattern that it does not match", { enum: ["EUR", "gbp"] }, text({ pattern: "^[A-Z]{3}$" }), "B", "incompatible", "pattern-narrowed /pattern"],
  ["a length that the pattern keeps already", text({ pattern: "^[A-Z]{3}$" }), text({ minLength: 3, maxLength: 3 }), "B", "compatible"],
  ["a length that the pattern does not keep", text({ pattern: "^[A-Z]{3}" }), text({ maxLength: 3 }), "B", "incompatible", "length-narrowed /maxLength"],
  ["a pattern and a length become another pattern", text({ pattern: "^a*$", maxLength: 3 }), text({ pattern: "^a{0,3}$" }), "U", "compatible"],
  ["an instant loses its fractions", text({ pattern: INSTANT }), text({ pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$" }), "B", "incompatible", "pattern-narrowed /pattern"],
  ["an instant becomes looser", text({ pattern: INSTANT }), text({ pattern: "^\\d{4}-.*Z$" }), "B", "compatible"],
  ["patterns that exclude each other accept nothing", { type: "string", allOf: [{ pattern: "^a" }, { pattern: "^b" }] }, { const: 1 }, "B", "compatible"],
  ["what cannot be read is equal to itself", text({ pattern: "^(?!x)a" }), text({ pattern: "^(?!x)a" }), "U", "compatible"],
  ["what cannot be read, changed", text({ pattern: "^(?!x)a$" }), text({ pattern: "^(?!xy)a$" }), "B", "undecided", "undecided /pattern"],
  // formats
  ["the same format", text({ format: "date" }), text({ format: "date" }), "U", "compatible"],
  ["a format added", S, text({ format: "date" }), "B", "incompatible", "format-narrowed /format"],
  ["a format dropped", text({ format: "date" }), S, "B", "compatible"],
  ["a format dropped, readers stay", text({ format: "date" }), S, "F", "incompatible", "format-widened /format"],
  ["another format", text({ format: "date-time" }), text({ format: "date" }), "B", "incompatible", "format-narrowed /format"],
  ["a format of somebody's own added", S, text({ format: "order-number" }), "B", "undecided", "undecided /format"],
  ["a format of somebody's own kept", text({ format: "order-number" }), text({ format: "order-number", minLength: 0 }), "U", "compatible"],
  // contents
  ["the same encoding", text({ contentEncoding: "base64" }), text({ contentEncoding: "base64" }), "U", "compatible"],
  ["an encoding added", S, text({ contentEncoding: "base64" }), "B", "undecided", "reference-unresolved /contentEncoding"],
  ["an encoding dropped", text({ contentEncoding: "base64" }), S, "B", "compatible"],
];
