/** A JSON Schema 2020-12 document. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** One way in which a value differs from its schema. Never carries the value of a field marked `x-pii`. */
export interface SchemaViolation {
  /** JSON Pointer of the offending value, `""` for the root. */
  readonly path: string;
  /** The JSON Schema keyword that failed, such as `required` or `minimum`. */
  readonly keyword: string;
  /** What was expected, as a sentence. */
  readonly message: string;
  /** The JSON type of what was found, `missing` where there is nothing. */
  readonly valueType?: string;
}

/** The two roads over the bus: `core` goes over Kinesis, `standard` over SNS and SQS. */
export type Route = "core" | "standard";

/**
 * What `nexus generate` makes of one schema file: the schema, its digest and a validator compiled at build time.
 * Events and commands are contracts alike; only events have a route.
 */
export interface Contract<T = unknown> {
  /** `OrderPlaced`, `PlaceOrder`. */
  readonly name: string;
  /** The aggregate that owns it. */
  readonly aggregate: string;
  /** Schema version, from 1. */
  readonly version: number;
  readonly schema: JsonSchema;
  /** SHA-256 of the schema in canonical form (sorted keys, no white space), hex. */
  readonly hash: string;
  /** The violations of `value`; empty when it is valid. */
  readonly validate: (value: unknown) => readonly SchemaViolation[];
  /** Phantom: the type of a valid value. Never set. */
  readonly _type?: T;
}

export interface EventContract<T = unknown> extends Contract<T> {
  readonly route: Route;
  /** JSON Pointers of the fields marked `x-pii`. */
  readonly personalData: readonly string[];
}
