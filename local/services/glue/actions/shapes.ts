import { integer, oneOf, struct, text } from "../../json-parameters.ts";
import { invalidInput } from "../engine.ts";

export const registryId = struct({ RegistryName: text(), RegistryArn: text() });
export const schemaId = struct({ SchemaArn: text(), SchemaName: text(), RegistryName: text() });
export const dataFormat = oneOf("AVRO", "JSON", "PROTOBUF");
export const compatibility = oneOf(
  ...["NONE", "DISABLED", "BACKWARD", "BACKWARD_ALL", "FORWARD", "FORWARD_ALL", "FULL", "FULL_ALL"],
);
export const paging = { MaxResults: integer(1, 100), NextToken: text() };

const MAX_NAME_CHARACTERS = 255;

/** The name of a registry or schema, or Glue's refusal of it. */
export const checkName = (name: string, parameter: "registryName" | "schemaName"): string => {
  if (name.length === 0 || name.length > MAX_NAME_CHARACTERS)
    throw invalidInput(`The resource name contains too many or too few characters. Parameter Name: ${parameter}`);
  if (!/^[a-zA-Z0-9\-_$#.]+$/.test(name))
    throw invalidInput(
      `The parameter value contains one or more characters that are not valid. Parameter Name: ${parameter}`,
    );
  return name;
};

export const time = (epochMs: number): string => new Date(epochMs).toISOString();

/** One page of a list; the token is the place in the list. */
export const page = <T>(
  items: readonly T[],
  { MaxResults = 25, NextToken }: { readonly MaxResults?: number; readonly NextToken?: string },
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } => {
  const start = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isInteger(start) || start < 0) throw invalidInput("The NextToken is not valid.");
  const end = start + MaxResults;
  return { items: items.slice(start, end), next: end < items.length ? { NextToken: String(end) } : {} };
};
