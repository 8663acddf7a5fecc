const compiled = new Map<string, RegExp>();
/** Patterns come from schemas, of which one run knows a few hundred; this only guards a process that runs for ever. */
const MAX_KEPT = 10_000;

/** Whether a text matches a pattern of a schema anywhere, as ECMAScript's regular expressions do. */
export const matches = (source: string, text: string): boolean => {
  let expression = compiled.get(source);
  if (expression === undefined) {
    expression = isUnicode(source) ? new RegExp(source, "u") : new RegExp(source);
    if (compiled.size >= MAX_KEPT) compiled.clear();
    compiled.set(source, expression);
  }
  return expression.test(text);
};

/** Whether the pattern is one of the strict kind, which is what validators try first. */
export const isUnicode = (source: string): boolean => {
  try {
    return new RegExp(source, "u").unicode;
  } catch {
    return false;
  }
};
