import type { Path } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";

/** Reads a projection expression: the paths to give back. */
export const parseProjection = (text: string): readonly Path[] => {
  const tokens = new TokenStream("ProjectionExpression", text);
  const paths = tokens.list(() => tokens.path());
  tokens.finish();
  return paths;
};
