// Bundled into every generated validator module: imports types alone.
import type { ErrorObject } from "ajv";
import type { SchemaViolation } from "../../runtime/kernel/contract.ts";

/** More than these help nobody, and a list of 2,000 wrong lines must not become an answer of megabytes. */
const MAX_VIOLATIONS = 20;

const NONE: readonly SchemaViolation[] = Object.freeze([]);

interface CompiledValidator {
  (value: unknown): boolean;
  errors?: readonly ErrorObject[] | null;
}

/** Makes the `validate` of a contract from a validator that Ajv compiled. */
export const contractValidator =
  (compiled: CompiledValidator) =>
  (value: unknown): readonly SchemaViolation[] => {
    if (compiled(value)) return NONE;
    return (compiled.errors ?? []).slice(0, MAX_VIOLATIONS).map((error) => {
      const found = violation(error);
      return { ...found, valueType: typeAt(value, found.path) };
    });
  };

/** The JSON type of what stands at a pointer, `missing` where nothing does. */
const typeAt = (root: unknown, pointer: string): string => {
  let value = root;
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  }
  if (value === undefined) return "missing";
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
};

/** Made from the schema's side of an error only, so that no value, personal or not, gets into a message. */
const violation = ({ keyword, instancePath, params, message }: ErrorObject): SchemaViolation => {
  const at = (property: unknown) => `${instancePath}/${String(property).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  switch (keyword) {
    case "required":
    case "dependentRequired":
      return { path: at(params["missingProperty"]), keyword, message: "is required" };
    case "additionalProperties":
      return { path: at(params["additionalProperty"]), keyword, message: "is not a known property" };
    case "unevaluatedProperties":
      return { path: at(params["unevaluatedProperty"]), keyword, message: "is not a known property" };
    case "enum":
      return { path: instancePath, keyword, message: `must be one of ${JSON.stringify(params["allowedValues"])}` };
    case "const":
      return { path: instancePath, keyword, message: `must be ${JSON.stringify(params["allowedValue"])}` };
    default:
      return { path: instancePath, keyword, message: message ?? `must satisfy ${keyword}` };
  }
};
