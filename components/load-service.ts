import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isNexusError } from "../runtime/kernel/errors.ts";
import type { ServiceDefinition } from "../runtime/kernel/service.ts";
import { ConfigurationError } from "./configuration-error.ts";

export interface LoadedService {
  readonly service: ServiceDefinition;
  /** Absolute path, as the components take it. */
  readonly serviceModule: string;
}

/**
 * Imports a service module: a file URL or absolute path of a module whose default export is made by `service()`.
 * Throws a {@link ConfigurationError} that names the place when it is missing, does not compile or throws.
 * @example const { service, serviceModule } = await loadService(new URL("./domain/service.ts", import.meta.url));
 */
export const loadService = async (module: string | URL): Promise<LoadedService> => {
  const serviceModule = typeof module === "string" && isAbsolute(module) ? module : fileURLToPath(module);
  if (!existsSync(serviceModule))
    throw new ConfigurationError(`service module ${serviceModule}: there is no such file`);
  const exported = await import(pathToFileURL(serviceModule).href).catch((error: unknown) => {
    throw new ConfigurationError(`service module ${serviceModule} failed at import: ${describe(error)}`, {
      cause: error,
    });
  });
  const service: unknown = exported.default;
  if (!isServiceDefinition(service))
    throw new ConfigurationError(`service module ${serviceModule}: export by default what service({...}) returns`);
  return { service, serviceModule };
};

const isServiceDefinition = (value: unknown): value is ServiceDefinition =>
  typeof value === "object" &&
  value !== null &&
  "name" in value &&
  "aggregates" in value &&
  Array.isArray(value.aggregates) &&
  "projections" in value &&
  Array.isArray(value.projections);

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (isNexusError(error)) return error.message;
  const place = placeOf(error.stack ?? "");
  return `${error.name}: ${error.message}${place === undefined ? "" : ` (at ${place})`}. Correct the file and run again.`;
};

/** A syntax error's stack begins with `file:line`; a thrown error's first frame outside Node names it. */
const placeOf = (stack: string): string | undefined => {
  const syntax = /^(?:file:\/\/)?(\/[^\n]+:\d+)\n/.exec(stack)?.[1];
  const frame = /\((?:file:\/\/)?(\/[^\n)]+:\d+:\d+)\)|at (?:async )?(?:file:\/\/)(\/[^\n]+:\d+:\d+)/.exec(stack);
  return syntax ?? frame?.[1] ?? frame?.[2];
};
