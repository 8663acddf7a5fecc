import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Metafile } from "esbuild";
import { isBuiltinInput } from "./bundle-builtins.ts";

/** As long as a hash, so that putting one in its place moves nothing that a source map points to. */
const PLACEHOLDER = "nexus-service-hash-placeholder--";

/** Lets bundles say `NEXUS_SERVICE_HASH`; what they get is filled in once the inputs are known. */
export const SERVICE_HASH_DEFINE = { NEXUS_SERVICE_HASH: JSON.stringify(PLACEHOLDER) };

/**
 * Digest of the service module and of all it imports, the same in every bundle of the service: a snapshot that other
 * code made is told by it. The names that minified code gives its functions differ from bundle to bundle.
 */
export const serviceHash = (metafile: Metafile, serviceModule: string, workingDirectory: string): string => {
  const hash = createHash("sha256");
  const inputs = new Set([relative(workingDirectory, serviceModule)]);
  for (const path of inputs) {
    // Without the path, which may lead out of the working directory and differ from machine to machine.
    hash.update(readFileSync(resolve(workingDirectory, path)));
    for (const { path: imported, external } of metafile.inputs[path]?.imports ?? [])
      if (!external && !isBuiltinInput(imported)) inputs.add(imported);
  }
  return hash.digest("hex").slice(0, PLACEHOLDER.length);
};

export const fillServiceHash = (code: Uint8Array, hash: string): Uint8Array =>
  Buffer.from(Buffer.from(code).toString("utf8").replaceAll(PLACEHOLDER, hash));
