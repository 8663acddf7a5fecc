/** Reads members of a service's JSON answer; a member of another type counts as absent. */

export const textOf = (source: unknown, key: string): string | undefined => {
  const value = member(source, key);
  return typeof value === "string" ? value : undefined;
};

export const numberOf = (source: unknown, key: string): number | undefined => {
  const value = member(source, key);
  return typeof value === "number" ? value : undefined;
};

export const listOf = (source: unknown, key: string): readonly unknown[] => {
  const value = member(source, key);
  return Array.isArray(value) ? value : [];
};

export const member = (source: unknown, key: string): unknown =>
  typeof source === "object" && source !== null ? Reflect.get(source, key) : undefined;
