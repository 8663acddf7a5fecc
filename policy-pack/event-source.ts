/** Whether a mapping reads a stream. Its source may be unknown; but only streams have a starting position, and all must. */
export const readsStream = (mapping: { readonly startingPosition?: string | undefined }): boolean =>
  mapping.startingPosition !== undefined;
