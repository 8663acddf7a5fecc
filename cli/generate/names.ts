import type { SchemaName } from "./schema-rules.ts";

type Versioned = Pick<SchemaName, "name" | "version">;

/** `OrderPlacedV1`: the type of an event's data or a command's payload. */
export const typeName = ({ name, version }: Versioned): string => `${name}V${version}`;

/** `orderPlacedV1`: the contract. */
export const valueName = (schema: Versioned): string => schema.name.charAt(0).toLowerCase() + typeName(schema).slice(1);

/** `order-line` -> `OrderLine`. */
export const pascalCase = (text: string): string =>
  text.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase());
