const capacity = 1_000;

/** Remembers what was parsed, by its text. Services send the same few expressions all the time. */
export const cached = <T>(parse: (text: string) => T): ((text: string) => T) => {
  const parsed = new Map<string, T>();
  return (text) => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    const result = parse(text);
    if (parsed.size >= capacity) parsed.clear();
    parsed.set(text, result);
    return result;
  };
};
