/** Cuts a list so that no part goes over a count or a size; a single item over the size stands alone. */
export const inBatches = <T>(
  items: readonly T[],
  limits: { readonly count: number; readonly bytes: number },
  bytesOf: (item: T) => number,
): T[][] => {
  const batches: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (batch.length > 0 && (batch.length === limits.count || bytes + size > limits.bytes)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
};
