import type { AwsError } from "../contract.ts";
import { type AttributeMap, readMap } from "./attribute-value.ts";
import { serializationError, validationError } from "./errors.ts";

type Json = { readonly [member: string]: unknown };

const constraint = (count: number, detail: string): AwsError =>
  validationError(`${count} validation error${count === 1 ? "" : "s"} detected: ${detail}`);

const memberName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What replaced a parameter of the first API of 2011, which the local engine leaves out. */
const legacy: ReadonlyMap<string, string> = new Map([
  ["Expected", "ConditionExpression"],
  ["ConditionalOperator", "ConditionExpression or FilterExpression"],
  ["AttributeUpdates", "UpdateExpression"],
  ["AttributesToGet", "ProjectionExpression"],
  ["KeyConditions", "KeyConditionExpression"],
  ["QueryFilter", "FilterExpression"],
  ["ScanFilter", "FilterExpression"],
]);

/** The parameters of one call, read with the type that AWS's model gives them; `path` is where they lie in the call. */
export class Parameters {
  readonly input: Json;
  readonly #path: string;

  /** Refuses, by name, what is not among `known`. */
  constructor(input: unknown, known: readonly string[], path = "") {
    if (!isObject(input)) throw serializationError(`${path === "" ? "The request" : path} is not an object`);
    this.input = input;
    this.#path = path;
    for (const name of Object.keys(input)) {
      if (known.includes(name) || input[name] === undefined || input[name] === null) continue;
      const instead = legacy.get(name);
      throw validationError(
        `The local DynamoDB does not support the parameter ${path}${name}${instead === undefined ? "" : `; use ${instead}`}`,
      );
    }
  }

  #at(name: string): string {
    return this.#path + memberName(name);
  }

  has(name: string): boolean {
    return this.input[name] !== undefined && this.input[name] !== null;
  }

  #missing(name: string): AwsError {
    return constraint(1, `Value null at '${this.#at(name)}' failed to satisfy constraint: Member must not be null`);
  }

  string(name: string): string | undefined {
    const value = this.input[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw serializationError(`${this.#path}${name} is not a string`);
    return value;
  }

  requiredString(name: string): string {
    const value = this.string(name);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.input[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "boolean") throw serializationError(`${this.#path}${name} is not a Boolean`);
    return value;
  }

  /** A whole number within bounds. */
  integer(name: string, minimum: number, maximum = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.input[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number" || !Number.isInteger(value))
      throw serializationError(`${this.#path}${name} is not a whole number`);
    const bound =
      value < minimum
        ? `greater than or equal to ${minimum}`
        : value > maximum
          ? `less than or equal to ${maximum}`
          : undefined;
    if (bound !== undefined)
      throw constraint(
        1,
        `Value '${value}' at '${this.#at(name)}' failed to satisfy constraint: Member must have value ${bound}`,
      );
    return value;
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.string(name);
    if (value === undefined) return undefined;
    const found = values.find((each) => each === value);
    if (found === undefined)
      throw constraint(
        1,
        `Value '${value}' at '${this.#at(name)}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(", ")}]`,
      );
    return found;
  }

  requiredOneOf<const T extends string>(name: string, values: readonly T[]): T {
    const value = this.oneOf(name, values);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  /** Attribute values by name. */
  map(name: string): AttributeMap | undefined {
    return this.has(name) ? readMap(this.input[name]) : undefined;
  }

  requiredMap(name: string): AttributeMap {
    const value = this.map(name);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  object(name: string): Json | undefined {
    const value = this.input[name];
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) throw serializationError(`${this.#path}${name} is not an object`);
    return value;
  }

  requiredObject(name: string): Json {
    const value = this.object(name);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  /** A structure within this one. */
  nested(name: string, known: readonly string[]): Parameters | undefined {
    return this.has(name) ? new Parameters(this.input[name], known, `${this.#at(name)}.`) : undefined;
  }

  requiredNested(name: string, known: readonly string[]): Parameters {
    const value = this.nested(name, known);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  array(name: string): readonly unknown[] | undefined {
    const value = this.input[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw serializationError(`${this.#path}${name} is not a list`);
    return value;
  }

  requiredArray(name: string): readonly unknown[] {
    const value = this.array(name);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  /** A list of structures. */
  structures(name: string, known: readonly string[]): readonly Parameters[] {
    return (this.array(name) ?? []).map(
      (each, index) => new Parameters(each, known, `${this.#at(name)}.${index + 1}.member.`),
    );
  }

  strings(name: string): readonly string[] | undefined {
    return this.array(name)?.map((each) => {
      if (typeof each !== "string") throw serializationError(`${this.#path}${name} holds a value that is no string`);
      return each;
    });
  }
}
