/** Order of UTF-8 bytes, which is the order of code points; UTF-16 differs from it beyond the basic plane. */
export const compareText = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    const surrogateA = a >= 0xd800 && a <= 0xdfff;
    const surrogateB = b >= 0xd800 && b <= 0xdfff;
    return surrogateA === surrogateB ? a - b : surrogateA ? 1 : -1;
  }
  return left.length - right.length;
};

/** Order of the bytes behind two base64 texts. */
export const compareBinaries = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left, "base64"), Buffer.from(right, "base64"));
