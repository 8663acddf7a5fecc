export const MARK = { begin: "<em>", end: "</em>" } as const;

/** Of a whole field with marks, the lines that have some: a field that joins lists is shown by the items that matched. */
export const markedLines = (text: string): string[] => text.split("\n").filter((line) => line.includes(MARK.begin));
