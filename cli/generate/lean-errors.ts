const STRING = String.raw`"(?:[^"\\]|\\.)*"`;

/** Where in the schema: a violation says where in the document. */
const SCHEMA_PATH = new RegExp(`schemaPath:${STRING},`, "g");

/** The message of errors that a violation has a sentence of its own for. */
const OWN_SENTENCE = "required|dependentRequired|additionalProperties|unevaluatedProperties|enum|const";
const MESSAGE = new RegExp(
  `(keyword:"(?:${OWN_SENTENCE})",params:\\{[^{}]*\\}),message:${STRING}(?:\\+${STRING})*`,
  "g",
);

/** What a value may be, read out of a copy of the whole schema, descriptions and all. */
const ALLOWED = new RegExp(
  String.raw`(allowedValues?: )(schema\d+)((?:\.[A-Za-z_$][\w$]*|\[(?:\d+|${STRING})\])+)`,
  "g",
);
const STEP = new RegExp(String.raw`\.([\w$]+)|\[(\d+|${STRING})\]`, "g");

/** The JSON of a constant in Ajv's code, where it is an object. */
const constant = (code: string, name: string): unknown => {
  const begin = `const ${name} = `;
  const from = code.indexOf(begin) + begin.length;
  for (let to = code.indexOf("};", from); to !== -1; to = code.indexOf("};", to + 1))
    try {
      return JSON.parse(code.slice(from, to + 1));
    } catch {
      // That brace stood within a string.
    }
  return undefined;
};

const literal = (schema: unknown, path: string): string | undefined => {
  let value = schema;
  for (const [, word, key = JSON.stringify(word)] of path.matchAll(STEP))
    value = typeof value === "object" && value !== null ? Reflect.get(value, String(JSON.parse(key))) : undefined;
  return JSON.stringify(value);
};

/**
 * Leaves out of Ajv's standalone code what no violation is made of: every function carries validators, and parses them
 * at its start. What is not laid out as expected stays as it is.
 */
export const leanErrors = (code: string): string =>
  code
    .replace(SCHEMA_PATH, "")
    .replace(ALLOWED, (whole, label: string, name: string, path: string) => {
      const values = literal(constant(code, name), path);
      return values === undefined ? whole : `${label}${values}`;
    })
    .replace(MESSAGE, "$1")
    .replace(
      /if\(vErrors === null\)\{vErrors = \[(\w+)\];\}else \{vErrors\.push\(\1\);\}/g,
      "(vErrors ??= []).push($1);",
    );
