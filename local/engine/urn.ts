/** The type of the stack itself, root of every resource tree. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

const qualifiedType = (urn: string): string => urn.split("::")[2] ?? "";

/** The unique name of a resource: the chain of its parents' types without the stack's, and its own name. */
export const makeUrn = (
  stack: { readonly project: string; readonly stack: string },
  parent: string,
  type: string,
  name: string,
): string => {
  const parentType = parent === "" ? STACK_TYPE : qualifiedType(parent);
  const chain = parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack.stack}::${stack.project}::${chain}::${name}`;
};

/** The type of the resource itself, without its parents'. */
export const typeOf = (urn: string): string => qualifiedType(urn).split("$").at(-1) ?? "";

/** The name the program gave, the last part of the URN (which may itself hold `::`). */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
