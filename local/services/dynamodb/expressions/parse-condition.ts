import type { Comparator, Condition, ExpressionKind, Operand, ParsedCondition } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";

const comparators: ReadonlySet<string> = new Set<Comparator>(["=", "<>", "<", "<=", ">", ">="]);
type ParsedOperand = Operand<string>;

/** A path, a value placeholder or a function call. */
export const parseOperand = (tokens: TokenStream): ParsedOperand => {
  const token = tokens.peek();
  if (token.kind === "value") return { kind: "value", value: tokens.next().text };
  if (token.kind === "word" && tokens.isSymbol("(", 1)) {
    const name = tokens.next().text;
    tokens.expectSymbol("(");
    const operands = tokens.list(() => parseOperand(tokens));
    tokens.expectSymbol(")");
    return { kind: "function", name, operands };
  }
  return { kind: "path", path: tokens.path() };
};

class ConditionParser {
  readonly #tokens: TokenStream;
  /** The conditions that stood in parentheses of their own. */
  readonly #enclosed = new WeakSet<object>();

  constructor(kind: ExpressionKind, text: string) {
    this.#tokens = new TokenStream(kind, text);
  }

  parse(): ParsedCondition {
    const condition = this.#or();
    this.#tokens.finish();
    return condition;
  }

  #or(): ParsedCondition {
    let left = this.#and();
    while (this.#tokens.takeKeyword("OR")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): ParsedCondition {
    let left = this.#not();
    while (this.#tokens.takeKeyword("AND")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): ParsedCondition {
    return this.#tokens.takeKeyword("NOT") ? { kind: "not", condition: this.#not() } : this.#primary();
  }

  #primary(): ParsedCondition {
    if (!this.#tokens.isSymbol("(") || this.#operandIsEnclosed()) return this.#comparison();
    this.#tokens.expectSymbol("(");
    const inner = this.#or();
    this.#tokens.expectSymbol(")");
    if (this.#enclosed.has(inner)) throw this.#tokens.error("The expression has redundant parentheses;");
    // A copy, since `inner` may be shared with an operator that holds it.
    const condition: ParsedCondition = { ...inner };
    this.#enclosed.add(condition);
    return condition;
  }

  /** Whether the parenthesis at hand closes right before a comparison, which makes it part of an operand. */
  #operandIsEnclosed(): boolean {
    let depth = 0;
    for (let ahead = 0; ; ahead++) {
      const token = this.#tokens.peek(ahead);
      if (token.kind === "end") return false;
      if (this.#tokens.isSymbol("(", ahead)) depth++;
      if (this.#tokens.isSymbol(")", ahead) && --depth === 0) {
        const after = this.#tokens.peek(ahead + 1);
        return comparators.has(after.text) || ["BETWEEN", "IN"].includes(after.text.toUpperCase());
      }
    }
  }

  #operand(): ParsedOperand {
    if (!this.#tokens.takeSymbol("(")) return parseOperand(this.#tokens);
    const operand = parseOperand(this.#tokens);
    this.#tokens.expectSymbol(")");
    return operand;
  }

  #comparison(): Condition<string> {
    const operand = this.#operand();
    const token = this.#tokens.peek();
    if (comparators.has(token.text)) {
      this.#tokens.next();
      return { kind: "compare", operator: token.text as Comparator, left: operand, right: this.#operand() };
    }
    if (this.#tokens.takeKeyword("BETWEEN")) {
      const lower = this.#operand();
      if (!this.#tokens.takeKeyword("AND")) throw this.#tokens.syntaxError();
      return { kind: "between", operand, lower, upper: this.#operand() };
    }
    if (this.#tokens.takeKeyword("IN")) {
      this.#tokens.expectSymbol("(");
      const candidates = this.#tokens.list(() => this.#operand());
      this.#tokens.expectSymbol(")");
      return { kind: "in", operand, candidates };
    }
    if (operand.kind !== "function") throw this.#tokens.syntaxError();
    return { kind: "function", name: operand.name, operands: operand.operands };
  }
}

/** Reads a condition, filter or key condition. Throws the syntax errors of AWS. */
export const parseCondition = (kind: ExpressionKind, text: string): ParsedCondition =>
  new ConditionParser(kind, text).parse();
