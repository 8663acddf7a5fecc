import { AwsError } from "./contract.ts";

/** One parameter of an action: its type, whether it must be there, and what AWS says of a wrong value. */
export interface Parameter<T, Required extends boolean = boolean> {
  readonly required: Required;
  /** Sentences of AWS's validation errors; throws SerializationException for another JSON type. */
  readonly violations: (value: unknown, path: string) => readonly string[];
  /** Phantom: the type of a valid value. Never set. */
  readonly _type?: T;
}

export type Shape = Readonly<Record<string, Parameter<unknown>>>;

type Names<S extends Shape, R extends boolean> = {
  [K in keyof S]: S[K] extends { readonly required: R } ? K : never;
}[keyof S];
type ValueOf<P> = P extends Parameter<infer T> ? T : never;

/** The input that a shape lets through. */
export type InputOf<S extends Shape> = { readonly [K in Names<S, true>]: ValueOf<S[K]> } & {
  readonly [K in Names<S, false>]?: ValueOf<S[K]>;
};

const wrongType = (path: string, expected: string): AwsError =>
  new AwsError("SerializationException", `${path} is not ${expected}`);

const shown = (value: unknown): string => {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
};

const broken = (value: unknown, path: string, constraint: string): string =>
  `Value ${value === undefined ? "null" : `'${shown(value)}'`} at '${path}' failed to satisfy constraint: Member ${constraint}`;

const optional = <T>(violations: Parameter<T>["violations"]): Parameter<T, false> => ({ required: false, violations });

/** The same parameter, but it must be there. */
export const required = <T>(parameter: Parameter<T>): Parameter<T, true> => ({ ...parameter, required: true });

interface TextRules {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
}

export const text = (rules: TextRules = {}): Parameter<string, false> =>
  optional((value, path) => {
    if (typeof value !== "string") throw wrongType(path, "a string");
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = rules;
    if (value.length < minLength)
      return [broken(value, path, `must have length greater than or equal to ${minLength}`)];
    if (value.length > maxLength) return [broken(value, path, `must have length less than or equal to ${maxLength}`)];
    if (pattern !== undefined && !pattern.test(value)) {
      const source = pattern.source.replace(/^\^|\$$/g, "");
      return [broken(value, path, `must satisfy regular expression pattern: ${source}`)];
    }
    return [];
  });

export const oneOf = <const T extends string>(...values: readonly T[]): Parameter<T, false> =>
  optional((value, path) => {
    if (typeof value !== "string") throw wrongType(path, "a string");
    const known = values.some((allowed) => allowed === value);
    return known ? [] : [broken(value, path, `must satisfy enum value set: [${values.join(", ")}]`)];
  });

export const integer = (
  minimum = Number.MIN_SAFE_INTEGER,
  maximum = Number.MAX_SAFE_INTEGER,
): Parameter<number, false> =>
  optional((value, path) => {
    if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(path, "an integer");
    if (value < minimum) return [broken(value, path, `must have value greater than or equal to ${minimum}`)];
    if (value > maximum) return [broken(value, path, `must have value less than or equal to ${maximum}`)];
    return [];
  });

/** Seconds since the epoch. */
export const timestamp = (): Parameter<number, false> =>
  optional((value, path) => {
    if (typeof value !== "number" || !Number.isFinite(value)) throw wrongType(path, "a timestamp in seconds");
    return [];
  });

export const flag = (): Parameter<boolean, false> =>
  optional((value, path) => {
    if (typeof value !== "boolean") throw wrongType(path, "a boolean");
    return [];
  });

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Bytes as base64. */
export const blob = (): Parameter<string, false> =>
  optional((value, path) => {
    if (typeof value !== "string" || value.length % 4 !== 0 || !BASE64.test(value)) throw wrongType(path, "base64");
    return [];
  });

export const list = <T>(item: Parameter<T>, minimum = 0, maximum = 10_000): Parameter<readonly T[], false> =>
  optional((value, path) => {
    if (!Array.isArray(value)) throw wrongType(path, "a list");
    if (value.length < minimum)
      return [broken(`[${value.length} items]`, path, `must have length greater than or equal to ${minimum}`)];
    if (value.length > maximum)
      return [broken(`[${value.length} items]`, path, `must have length less than or equal to ${maximum}`)];
    return value.flatMap((entry: unknown, index) => item.violations(entry, `${path}.${index + 1}.member`));
  });

/** Names and values, such as tags. */
export const textMap = (): Parameter<Readonly<Record<string, string>>, false> =>
  optional((value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(path, "a map");
    for (const [name, entry] of Object.entries(value))
      if (typeof entry !== "string") throw wrongType(`${path}.${name}`, "a string");
    return [];
  });

export const struct = <S extends Shape>(shape: S): Parameter<InputOf<S>, false> =>
  optional((value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(path, "a structure");
    return violationsOf(shape, value as Record<string, unknown>, `${path}.`);
  });

const violationsOf = (shape: Shape, input: Record<string, unknown>, prefix: string): string[] => {
  const found: string[] = [];
  for (const [name, parameter] of Object.entries(shape)) {
    const path = `${prefix}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const value = input[name] ?? undefined;
    if (value !== undefined) found.push(...parameter.violations(value, path));
    else if (parameter.required) found.push(broken(undefined, path, "must not be null"));
  }
  for (const name of Object.keys(input))
    if (!Object.hasOwn(shape, name)) found.push(`Parameter '${prefix}${name}' is not simulated locally`);
  return found;
};

/** Checks an action's input; throws ValidationException with AWS's sentences, and for a parameter it does not have. */
export const checkInput = <S extends Shape>(shape: S, input: Record<string, unknown>): InputOf<S> => {
  const found = violationsOf(shape, input, "");
  if (found.length > 0) {
    const count = `${found.length} validation error${found.length === 1 ? "" : "s"} detected`;
    throw new AwsError("ValidationException", `${count}: ${found.join("; ")}`);
  }
  return input as InputOf<S>;
};

/** An action with its input checked. */
export type Action<Service> = (
  service: Service,
  input: Record<string, unknown>,
) => Record<string, unknown> | Promise<Record<string, unknown>>;

export const action =
  <Service, S extends Shape>(
    shape: S,
    run: (service: Service, input: InputOf<S>) => Record<string, unknown> | Promise<Record<string, unknown>>,
  ): Action<Service> =>
  (service, input) =>
    run(service, checkInput(shape, input));

/** Runs an action by name; what the table does not have is refused with UnknownOperationException. */
export const dispatch = async <Service>(
  actions: Readonly<Record<string, Action<Service>>>,
  service: Service,
  name: string,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> => {
  const run = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (run === undefined) throw new AwsError("UnknownOperationException", `${name} is not simulated locally`);
  return run(service, input);
};
