import type { AwsError } from "../../contract.ts";
import { validationError } from "../errors.ts";
import { isReservedWord } from "./reserved-words.ts";
import type { ExpressionKind, Path } from "./syntax.ts";

interface Token {
  readonly kind: "word" | "name" | "value" | "number" | "symbol" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const pattern = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|\S))/y;
const kinds = ["word", "name", "value", "number", "symbol"] as const;

const tokenize = (text: string): Token[] => {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const group = match.slice(1).findIndex((part) => part !== undefined);
    const token = match[group + 1] ?? "";
    const end = match.index + match[0].length;
    tokens.push({ kind: kinds[group] ?? "symbol", text: token, start: end - token.length, end });
  }
  return tokens;
};

const maximumListIndex = 2 ** 31 - 1;
export const maximumExpressionBytes = 4096;

export const invalidExpression = (kind: ExpressionKind, detail: string): AwsError =>
  validationError(`Invalid ${kind}: ${detail}`);

/** The tokens of one expression and what all grammars share: keywords, symbols, document paths, syntax errors. */
export class TokenStream {
  readonly #kind: ExpressionKind;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  #reservedWord: string | undefined;

  constructor(kind: ExpressionKind, text: string) {
    this.#kind = kind;
    this.#text = text;
    this.#tokens = tokenize(text);
    if (this.#tokens.length === 0) throw this.error("The expression can not be empty;");
    const bytes = Buffer.byteLength(text);
    if (bytes > maximumExpressionBytes)
      throw this.error(`Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
  }

  error(detail: string): AwsError {
    return invalidExpression(this.#kind, detail);
  }

  peek(ahead = 0): Token {
    const length = this.#text.length;
    return this.#tokens[this.#position + ahead] ?? { kind: "end", text: "<EOF>", start: length, end: length };
  }

  next(): Token {
    const token = this.peek();
    this.#position++;
    return token;
  }

  atEnd(): boolean {
    return this.peek().kind === "end";
  }

  /** The error for the token at hand, with the text from the token before it to the one after it. */
  syntaxError(): AwsError {
    const token = this.peek();
    const before = this.#position > 0 ? this.peek(-1) : token;
    const near = this.#text.slice(before.start, this.peek(1).end);
    return this.error(`Syntax error; token: "${token.text}", near: "${near}"`);
  }

  isKeyword(keyword: string): boolean {
    const token = this.peek();
    return token.kind === "word" && token.text.toUpperCase() === keyword;
  }

  takeKeyword(keyword: string): boolean {
    const found = this.isKeyword(keyword);
    if (found) this.#position++;
    return found;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.text === symbol;
  }

  takeSymbol(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    if (found) this.#position++;
    return found;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.syntaxError();
  }

  /** One or more of what `parse` reads, separated by commas. */
  list<T>(parse: () => T): T[] {
    const elements = [parse()];
    while (this.takeSymbol(",")) elements.push(parse());
    return elements;
  }

  path(): Path {
    const steps: (string | number)[] = [this.#pathName()];
    for (;;) {
      if (this.takeSymbol(".")) {
        steps.push(this.#pathName());
      } else if (this.isSymbol("[")) {
        this.next();
        if (this.peek().kind !== "number") throw this.syntaxError();
        const index = this.next().text;
        if (Number(index) > maximumListIndex)
          throw this.error(`List index is not within the allowable range; index: [${index}]`);
        steps.push(Number(index));
        this.expectSymbol("]");
      } else {
        return steps;
      }
    }
  }

  #pathName(): string {
    const token = this.peek();
    if (token.kind !== "word" && token.kind !== "name") throw this.syntaxError();
    if (token.kind === "word" && isReservedWord(token.text)) this.#reservedWord ??= token.text;
    return this.next().text;
  }

  /** To be called when the grammar has what it wants: nothing may follow, and no path may be a reserved word. */
  finish(): void {
    if (!this.atEnd()) throw this.syntaxError();
    if (this.#reservedWord !== undefined)
      throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${this.#reservedWord}`);
  }
}
