/** An operation of RFC 6902, as far as a comparison makes them. */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** The operations that make one JSON value of another. */
export type CreatePatch = (from: unknown, to: unknown) => readonly PatchOperation[];
