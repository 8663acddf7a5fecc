// Regular expressions over code points as values: equal expressions are the same object, and derivatives are kept.

/** Code points from the first to the last, both included. */
export type Range = readonly [first: number, last: number];

export const LAST_CODE_POINT = 0x10ffff;

interface Node {
  readonly id: number;
  /** Whether the empty text is in the language. */
  readonly nullable: boolean;
}

export type Expression = Node &
  (
    | { readonly kind: "none" }
    | { readonly kind: "empty" }
    /** Sorted, disjoint, not adjacent. */
    | { readonly kind: "class"; readonly ranges: readonly Range[] }
    | { readonly kind: "sequence"; readonly first: Expression; readonly then: Expression }
    | { readonly kind: "choice"; readonly among: readonly Expression[] }
    | { readonly kind: "repeat"; readonly of: Expression; readonly min: number; readonly max: number }
  );

type Shape = Expression extends infer Each ? (Each extends Expression ? Omit<Each, "id"> : never) : never;

/** Makes expressions, and keeps one object for each. */
export class Expressions {
  readonly #made = new Map<string, Expression>();
  readonly #derivatives = new Map<string, Expression>();
  readonly none = this.#make("none", { kind: "none", nullable: false });
  readonly empty = this.#make("empty", { kind: "empty", nullable: true });
  readonly any = this.class([[0, LAST_CODE_POINT]]);
  /** Every text. */
  readonly all = this.repeat(this.any, 0, Number.POSITIVE_INFINITY);

  class(ranges: readonly Range[]): Expression {
    const merged = merge(ranges);
    return merged.length === 0
      ? this.none
      : this.#make(`[${merged.join()}]`, { kind: "class", ranges: merged, nullable: false });
  }

  /** One text, and no other. */
  literal(text: string): Expression {
    return this.sequence(
      Array.from(text, (character) => {
        const code = character.codePointAt(0) ?? 0;
        return this.class([[code, code]]);
      }),
    );
  }

  sequence(parts: readonly Expression[]): Expression {
    return parts.reduceRight((then, first) => this.#pair(first, then), this.empty);
  }

  choice(options: readonly Expression[]): Expression {
    const flat = options.flatMap((option) => (option.kind === "choice" ? option.among : [option]));
    const among = [...new Set(flat)].filter((option) => option !== this.none).sort((a, b) => a.id - b.id);
    if (among.includes(this.all)) return this.all;
    const [only, another] = among;
    if (only === undefined) return this.none;
    if (another === undefined) return only;
    const nullable = among.some((option) => option.nullable);
    return this.#make(`|${among.map(({ id }) => id).join()}`, { kind: "choice", among, nullable });
  }

  repeat(of: Expression, min: number, max: number): Expression {
    if (max === 0 || of === this.empty) return this.empty;
    if (of === this.none) return min === 0 ? this.empty : this.none;
    if (min === 1 && max === 1) return of;
    const least = of.nullable ? 0 : min;
    return this.#make(`*${of.id} ${least} ${max}`, { kind: "repeat", of, min: least, max, nullable: least === 0 });
  }

  /** What may follow a code point: the texts that, put behind it, are in the language. */
  derive(expression: Expression, code: number): Expression {
    const key = `${expression.id} ${code}`;
    const known = this.#derivatives.get(key);
    if (known !== undefined) return known;
    const derivative = this.#derive(expression, code);
    this.#derivatives.set(key, derivative);
    return derivative;
  }

  #derive(expression: Expression, code: number): Expression {
    switch (expression.kind) {
      case "none":
      case "empty":
        return this.none;
      case "class":
        return expression.ranges.some(([first, last]) => first <= code && code <= last) ? this.empty : this.none;
      case "sequence": {
        const within = this.#pair(this.derive(expression.first, code), expression.then);
        return expression.first.nullable ? this.choice([within, this.derive(expression.then, code)]) : within;
      }
      case "choice":
        return this.choice(expression.among.map((option) => this.derive(option, code)));
      case "repeat": {
        const { of, min, max } = expression;
        return this.#pair(this.derive(of, code), this.repeat(of, Math.max(0, min - 1), max - 1));
      }
    }
  }

  #pair(first: Expression, then: Expression): Expression {
    if (first === this.none || then === this.none) return this.none;
    if (first === this.empty) return then;
    if (then === this.empty) return first;
    if (first.kind === "sequence") return this.#pair(first.first, this.#pair(first.then, then));
    const nullable = first.nullable && then.nullable;
    return this.#make(`.${first.id} ${then.id}`, { kind: "sequence", first, then, nullable });
  }

  #make(key: string, shape: Shape): Expression {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const expression: Expression = { ...shape, id: this.#made.size };
    this.#made.set(key, expression);
    return expression;
  }
}

/** The first code points of the runs within which the expression does not tell one code point from another. */
export const boundaries = (expression: Expression, into: Set<number>): void => {
  switch (expression.kind) {
    case "class":
      for (const [first, last] of expression.ranges) into.add(first).add(last + 1);
      break;
    case "sequence":
      boundaries(expression.first, into);
      if (expression.first.nullable) boundaries(expression.then, into);
      break;
    case "choice":
      for (const option of expression.among) boundaries(option, into);
      break;
    case "repeat":
      boundaries(expression.of, into);
      break;
    case "none":
    case "empty":
  }
};

const merge = (ranges: readonly Range[]): Range[] => {
  const merged: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else if (first <= last) merged.push([first, last]);
  }
  return merged;
};

export const complement = (ranges: readonly Range[]): Range[] => {
  const gaps: Range[] = [];
  let next = 0;
  for (const [first, last] of merge(ranges)) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= LAST_CODE_POINT) gaps.push([next, LAST_CODE_POINT]);
  return gaps;
};
