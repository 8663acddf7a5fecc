import { AwsError } from "../../contract.ts";
import { type AttributeValue, readValue } from "../attribute-value.ts";
import { serializationError, validationError } from "../errors.ts";
import type { ExpressionKind, Path } from "./syntax.ts";
import { invalidExpression } from "./token-stream.ts";

type Names = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, AttributeValue>>;

const readKeys = (parameter: string, input: unknown, sign: "#" | ":"): [string, unknown][] => {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw serializationError(`${parameter} is not a map`);
  const entries = Object.entries(input);
  if (entries.length === 0) throw validationError(`${parameter} must not be empty`);
  for (const [key] of entries)
    if (!/^[#:][A-Za-z0-9_]+$/.test(key) || !key.startsWith(sign))
      throw validationError(`${parameter} contains invalid key: Syntax error; key: "${key}"`);
  return entries;
};

const readNames = (input: unknown): Names => {
  const entries = readKeys("ExpressionAttributeNames", input, "#");
  for (const [key, name] of entries) {
    if (typeof name !== "string") throw serializationError("ExpressionAttributeNames holds a value that is no string");
    if (name === "")
      throw validationError(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${key}`);
  }
  return Object.fromEntries(entries) as Names;
};

const readValues = (input: unknown): Values => {
  const values: Record<string, AttributeValue> = {};
  for (const [key, value] of readKeys("ExpressionAttributeValues", input, ":")) {
    try {
      values[key] = readValue(value);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ValidationException") throw error;
      throw validationError(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
    }
  }
  return values;
};

/** What the placeholders of one request stand for; knows which of them no expression used. */
export class Bindings {
  readonly #names: Names;
  readonly #values: Values;
  readonly #used = new Set<string>();

  /**
   * `expressions` are the expressions the request could carry, by parameter name; undefined where it does not.
   * Throws when there are placeholders and no expression to use them.
   */
  constructor(
    input: { readonly [parameter: string]: unknown },
    valueExpressions: readonly ExpressionKind[],
    hasProjection = false,
  ) {
    const [names, values] = [input["ExpressionAttributeNames"], input["ExpressionAttributeValues"]];
    if (names !== undefined || values !== undefined) {
      const withValues = valueExpressions.some((kind) => input[kind] !== undefined);
      if (names !== undefined && !withValues && !(hasProjection && input["ProjectionExpression"] !== undefined))
        throw validationError("ExpressionAttributeNames can only be specified when using expressions");
      if (values !== undefined && !withValues)
        throw validationError(
          `ExpressionAttributeValues can only be specified when using expressions: ${missing(valueExpressions)}`,
        );
    }
    this.#names = names === undefined ? {} : readNames(names);
    this.#values = values === undefined ? {} : readValues(values);
  }

  path(kind: ExpressionKind, path: Path): Path {
    if (!path.some((step) => typeof step === "string" && step.startsWith("#"))) return path;
    return path.map((step) => {
      if (typeof step === "number" || !step.startsWith("#")) return step;
      const name = this.#names[step];
      if (name === undefined)
        throw invalidExpression(
          kind,
          `An expression attribute name used in the document path is not defined; attribute name: ${step}`,
        );
      this.#used.add(step);
      return name;
    });
  }

  value(kind: ExpressionKind, placeholder: string): AttributeValue {
    const value = this.#values[placeholder];
    if (value === undefined)
      throw invalidExpression(
        kind,
        `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    this.#used.add(placeholder);
    return value;
  }

  /** To be called when every expression is bound. */
  assertAllUsed(): void {
    for (const [parameter, map] of [
      ["ExpressionAttributeNames", this.#names],
      ["ExpressionAttributeValues", this.#values],
    ] as const) {
      const unused = Object.keys(map).filter((key) => !this.#used.has(key));
      if (unused.length > 0)
        throw validationError(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(", ")}}`);
    }
  }
}

const missing = (kinds: readonly ExpressionKind[]): string =>
  kinds.length === 1 ? `${kinds[0]} is null` : `${kinds.join(" and ")} are null`;
