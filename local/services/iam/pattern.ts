/** A string with `*`, `?` and policy variables such as `${aws:username}`, as IAM policies write them. */
export interface Pattern {
  readonly source: string;
  /** Whether `value` matches; `undefined` when a variable has no value in this request. */
  matches(value: string, variables: Variables): boolean | undefined;
}

/** The value of a condition key that may stand in a policy variable: exactly one, or undefined. */
export type Variables = (key: string) => string | undefined;

const VARIABLE = /\$\{([^}]*)\}/g;
const LITERALS: Readonly<Record<string, string>> = { "*": "*", "?": "?", $: "$" };

const escapeExpression = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const globExpression = (text: string): string =>
  text
    .split(/([*?])/)
    .map((part) => (part === "*" ? ".*" : part === "?" ? "." : escapeExpression(part)))
    .join("");

/** `aws:username, 'nobody'` -> key and default. */
const parseVariable = (text: string): { key: string; fallback?: string } => {
  const match = /^\s*([^,]+?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(text);
  const key = match?.[1] ?? text;
  return match?.[2] === undefined ? { key } : { key, fallback: match[2] };
};

const resolveVariable = (text: string, variables: Variables): string | undefined => {
  const literal = LITERALS[text];
  if (literal !== undefined) return literal;
  const { key, fallback } = parseVariable(text);
  return variables(key) ?? fallback;
};

/** Puts values in place of the variables; `undefined` when one has none. `encode` makes values safe for where they go. */
const substitute = (
  source: string,
  variables: Variables,
  encode: { text: (part: string) => string; value: (part: string) => string },
): string | undefined => {
  let result = "";
  let last = 0;
  for (const match of source.matchAll(VARIABLE)) {
    const value = resolveVariable(match[1] ?? "", variables);
    if (value === undefined) return undefined;
    result += encode.text(source.slice(last, match.index)) + encode.value(value);
    last = match.index + match[0].length;
  }
  return result + encode.text(source.slice(last));
};

const same = (part: string): string => part;

/** The text with its variables replaced, for operators that know no wildcards. */
export const resolveText = (source: string, variables: Variables): string | undefined =>
  source.includes("${") ? substitute(source, variables, { text: same, value: same }) : source;

/** Wildcards in the value of a variable are plain characters, as in AWS. */
export const pattern = (source: string, flags: "" | "i" = ""): Pattern => {
  const compile = (expression: string): RegExp => new RegExp(`^${expression}$`, `s${flags}`);
  if (!source.includes("${")) {
    const fixed = compile(globExpression(source));
    return { source, matches: (value) => fixed.test(value) };
  }
  return {
    source,
    matches: (value, variables) => {
      const expression = substitute(source, variables, { text: globExpression, value: escapeExpression });
      return expression === undefined ? undefined : compile(expression).test(value);
    },
  };
};

const ARN_PARTS = 6;

const arnParts = (arn: string): string[] | undefined => {
  const parts = arn.split(":");
  if (parts.length < ARN_PARTS || parts[0] !== "arn") return undefined;
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(":")];
};

/** `ArnLike`: each of the six parts of an ARN by itself, so that no wildcard reaches across a colon before the last part. */
export const arnPattern = (source: string): Pattern => {
  // A colon within a variable separates no parts.
  const parts = arnParts(source.replace(VARIABLE, (variable) => variable.replaceAll(":", "\u0000")));
  const patterns = parts?.map((part) => pattern(part.replaceAll("\u0000", ":")));
  return {
    source,
    matches: (value, variables) => {
      const values = arnParts(value);
      if (patterns === undefined || values === undefined) return source === "*";
      const results = patterns.map((part, index) => part.matches(values[index] ?? "", variables));
      return results.includes(undefined) ? undefined : results.every((matched) => matched === true);
    },
  };
};
