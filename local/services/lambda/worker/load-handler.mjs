// @ts-check
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { RuntimeError } from "./errors.mjs";

const CALLBACKS_ARE_GONE =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";

/**
 * Imports the module of `index.handler` and finds the function in it.
 * @param {string} taskRoot
 * @param {string} handlerName
 * @returns {Promise<(event: unknown, context: unknown) => unknown>}
 */
export const loadHandler = async (taskRoot, handlerName) => {
  const [, modulePath = "", exportPath = ""] = /^(.*?[^/.]+)\.([^/]+)$/.exec(handlerName) ?? [];
  if (modulePath === "") throw new RuntimeError("Runtime.MalformedHandlerName", "Bad handler");
  /** @type {unknown} */
  let value = await importModule(taskRoot, modulePath);
  for (const key of exportPath.split(".")) {
    value = value === null || value === undefined ? undefined : Reflect.get(Object(value), key);
  }
  if (value === undefined) {
    throw new RuntimeError("Runtime.HandlerNotFound", `${handlerName} is undefined or not exported`);
  }
  if (typeof value !== "function")
    throw new RuntimeError("Runtime.HandlerNotFound", `${handlerName} is not a function`);
  if (value.length >= 3) throw new RuntimeError("Runtime.CallbackHandlerDeprecated", CALLBACKS_ARE_GONE);
  return /** @type {(event: unknown, context: unknown) => unknown} */ (value);
};

/**
 * @param {string} taskRoot
 * @param {string} modulePath
 * @returns {Promise<unknown>}
 */
const importModule = async (taskRoot, modulePath) => {
  const file = [".js", ".mjs", ".cjs"]
    .map((suffix) => join(taskRoot, modulePath + suffix))
    .find((path) => existsSync(path));
  if (file === undefined) {
    throw new RuntimeError("Runtime.ImportModuleError", `Error: Cannot find module '${modulePath}' in ${taskRoot}`);
  }
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new RuntimeError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    if (error instanceof Error && /_MODULE_NOT_FOUND$/.test(String(Reflect.get(error, "code")))) {
      throw new RuntimeError("Runtime.ImportModuleError", `Error: ${error.message}`);
    }
    throw error;
  }
};
