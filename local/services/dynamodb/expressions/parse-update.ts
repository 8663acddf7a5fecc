import { parseOperand } from "./parse-condition.ts";
import type { Operand, ParsedUpdate, Path, SetSource } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";

const sections = ["SET", "REMOVE", "ADD", "DELETE"] as const;

const parseTerm = (tokens: TokenStream): Operand<string> => {
  if (!tokens.takeSymbol("(")) return parseOperand(tokens);
  const operand = parseOperand(tokens);
  tokens.expectSymbol(")");
  return operand;
};

const parseRest = (tokens: TokenStream, left: Operand<string>): SetSource<string> => {
  for (const operator of ["+", "-"] as const)
    if (tokens.takeSymbol(operator)) return { kind: "sum", operator, left, right: parseTerm(tokens) };
  return left;
};

const parseSource = (tokens: TokenStream): SetSource<string> => {
  if (!tokens.takeSymbol("(")) return parseRest(tokens, parseTerm(tokens));
  // Either `(a + b)` as a whole or `(a) + b`, with one operand in parentheses.
  const inner = parseRest(tokens, parseTerm(tokens));
  tokens.expectSymbol(")");
  return inner.kind === "sum" ? inner : parseRest(tokens, inner);
};

const parseAssignment = (tokens: TokenStream) => {
  const path = tokens.path();
  tokens.expectSymbol("=");
  return { path, source: parseSource(tokens) };
};

const parseElements = (tokens: TokenStream) => {
  const path = tokens.path();
  if (tokens.peek().kind !== "value") throw tokens.syntaxError();
  return { path, value: tokens.next().text };
};

/** Reads an update expression. Throws the syntax errors of AWS. */
export const parseUpdate = (text: string): ParsedUpdate => {
  const tokens = new TokenStream("UpdateExpression", text);
  const seen = new Set<string>();
  const set: { path: Path; source: SetSource<string> }[] = [];
  const remove: Path[] = [];
  const add: { path: Path; value: string }[] = [];
  const deleted: { path: Path; value: string }[] = [];
  let repeated: string | undefined;
  while (!tokens.atEnd()) {
    const section = sections.find((keyword) => tokens.isKeyword(keyword));
    if (section === undefined) throw tokens.syntaxError();
    tokens.next();
    if (seen.has(section)) repeated ??= section;
    seen.add(section);
    if (section === "SET") set.push(...tokens.list(() => parseAssignment(tokens)));
    if (section === "REMOVE") remove.push(...tokens.list(() => tokens.path()));
    if (section === "ADD") add.push(...tokens.list(() => parseElements(tokens)));
    if (section === "DELETE") deleted.push(...tokens.list(() => parseElements(tokens)));
  }
  if (repeated !== undefined)
    throw tokens.error(`The "${repeated}" section can only be used once in an update expression;`);
  tokens.finish();
  return { set, remove, add, delete: deleted };
};
