import { existsSync } from "node:fs";
import { extname, isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigurationError } from "./configuration-error.ts";

/**
 * The file of a handler: `handle-command` is the framework's own, found beside this module with its extension
 * (`.ts` in the repository, `.js` when published, as Node strips no types below node_modules); an absolute path is itself.
 * Throws a {@link ConfigurationError} when there is no such file.
 */
export const handlerEntry = (handler: string): string => {
  const entry = isAbsolute(handler)
    ? handler
    : fileURLToPath(new URL(`../runtime/handlers/${handler}${extname(import.meta.url)}`, import.meta.url));
  if (!existsSync(entry)) throw new ConfigurationError(`handler ${handler}: there is no file ${entry}`);
  return entry;
};
