/** Three-valued: undefined where it cannot be told. */
export type Truth = boolean | undefined;

export const negate = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);

/** True when all are, false as soon as one is, else unknown. */
export const every = <T>(entries: Iterable<T>, holds: (entry: T) => Truth): Truth => {
  let result: Truth = true;
  for (const entry of entries) {
    const truth = holds(entry);
    if (truth === false) return false;
    if (truth === undefined) result = undefined;
  }
  return result;
};

export const some = <T>(entries: Iterable<T>, holds: (entry: T) => Truth): Truth =>
  negate(every(entries, (entry) => negate(holds(entry))));

/** Whether the number of entries that hold lies within the bounds. */
export const countWithin = <T>(entries: Iterable<T>, holds: (entry: T) => Truth, min: number, max: number): Truth => {
  let sure = 0;
  let possible = 0;
  for (const entry of entries) {
    const truth = holds(entry);
    if (truth === true) sure += 1;
    if (truth !== false) possible += 1;
  }
  if (sure > max || possible < min) return false;
  return sure >= min && possible <= max ? true : undefined;
};
