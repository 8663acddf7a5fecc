import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import standalone from "ajv/dist/standalone/index.js";
import { build, type Plugin } from "esbuild";
import { leanErrors } from "./lean-errors.ts";
import { valueName } from "./names.ts";
import type { SchemaFile } from "./schema-files.ts";
import { schemaAjv } from "./schema-rules.ts";
import { usedFormats } from "./used-formats.ts";

const here = fileURLToPath(import.meta.url);
const resolveDir = dirname(here);
const AJV_OUTPUT = "ajv:compiled";

/** Lets the entry import what Ajv wrote without a file. */
const ajvOutput = (contents: string): Plugin => ({
  name: "ajv-output",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: new RegExp(`^${AJV_OUTPUT}$`) }, ({ path }) => ({ path, namespace: "ajv" }));
    onLoad({ filter: /.*/, namespace: "ajv" }, () => ({ contents, resolveDir, loader: "js" }));
  },
});

/**
 * The validators of the schemas as one script that imports nothing: Ajv's standalone code with its helpers and
 * formats inlined. Leaves a variable `compiled` with a validator a schema, by {@link valueName}.
 */
export const compileValidators = async (files: readonly SchemaFile[]): Promise<string> => {
  const ajv = schemaAjv();
  for (const file of files) ajv.addSchema(file.schema, valueName(file));
  const names = files.map(valueName);
  const code = leanErrors(usedFormats(standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])))));
  const entry = [
    `import * as ajv from ${JSON.stringify(AJV_OUTPUT)};`,
    `import { contractValidator } from ${JSON.stringify(`./violations${extname(here)}`)};`,
    ...names.map((name) => `export const ${name} = contractValidator(ajv.${name});`),
  ];
  const result = await build({
    stdin: { contents: entry.join("\n"), resolveDir, sourcefile: "validators.js", loader: "js" },
    plugins: [ajvOutput(code)],
    absWorkingDir: resolveDir,
    bundle: true,
    write: false,
    format: "iife",
    globalName: "compiled",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2024",
    minify: true,
    legalComments: "none",
    logLevel: "silent",
  });
  return result.outputFiles.map((file) => file.text.trim()).join("\n");
};
