import { badInput } from "../failure.ts";

/**
 * The value of a JSON text.
 * @throws CliFailure with file, line and column when it is none
 */
export const parseJson = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = errorOffset(text);
    const lines = text.slice(0, at).split("\n");
    const found = at < text.length ? `unexpected ${JSON.stringify(text[at])}` : "it ends too early";
    throw badInput(`${file}:${lines.length}:${(lines.at(-1) ?? "").length + 1}: is not JSON: ${found}`, error);
  }
};

const SPACE = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[^"\\\n\r\t]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Where a text stops to be JSON: the engine says so for some errors only. */
const errorOffset = (text: string): number => {
  let at = 0;
  const skip = (expression: RegExp): string => {
    expression.lastIndex = at;
    const [found = ""] = expression.exec(text) ?? [];
    at += found.length;
    return found;
  };
  const take = (character: string): boolean => {
    skip(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const list = (end: string, entry: () => boolean): boolean => {
    if (take(end)) return true;
    do if (!entry()) return false;
    while (take(","));
    return take(end);
  };
  const member = (): boolean => {
    skip(SPACE);
    return text[at] === '"' && skip(SCALAR) !== "" && take(":") && value();
  };
  const value = (): boolean => {
    if (take("{")) return list("}", member);
    return take("[") ? list("]", value) : skip(SCALAR) !== "";
  };
  if (value()) skip(SPACE);
  return at;
};

/** The line, from 1, on which the value of a JSON Pointer starts; for one that leads nowhere, of the nearest above. */
export const lineOf = (text: string, pointer: string): number => {
  const lines = lineByPointer(text);
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const line = lines.get(at);
    if (line !== undefined) return line;
  }
  return 1;
};

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\n/g;

interface Container {
  readonly pointer: string;
  readonly isList: boolean;
  index: number;
  key: string | undefined;
}

/** Where each member and item of a JSON text that is known to be one starts; a member at its key. */
const lineByPointer = (text: string): Map<string, number> => {
  const lines = new Map<string, number>();
  const open: Container[] = [];
  let line = 1;
  for (const [token] of text.matchAll(TOKEN)) {
    const within = open.at(-1);
    if (token === "\n") line += 1;
    else if (token === "}" || token === "]") open.pop();
    else if (token === ",") {
      if (within !== undefined) Object.assign(within, { index: within.index + 1, key: undefined });
    } else if (token !== ":") {
      if (within !== undefined && !within.isList && within.key === undefined) {
        within.key = String(JSON.parse(token));
        lines.set(below(within), line);
        continue;
      }
      const pointer = within === undefined ? "" : below(within);
      if (!lines.has(pointer)) lines.set(pointer, line);
      if (token === "{" || token === "[") open.push({ pointer, isList: token === "[", index: 0, key: undefined });
    }
  }
  return lines;
};

const below = ({ pointer, isList, index, key = "" }: Container): string =>
  `${pointer}/${isList ? index : key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
