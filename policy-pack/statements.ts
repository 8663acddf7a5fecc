import { known, knownItems, UNKNOWN } from "./validation.ts";

/** A statement of a policy document, as far as it is known. */
export interface Statement {
  readonly sid: string;
  readonly effect: "Allow" | "Deny" | undefined;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  readonly hasCondition: boolean;
  /** Whether it is about requests without TLS alone. */
  readonly requiresTls: boolean;
}

/** The statements of a policy given as JSON or as an object; none when it is unknown. */
export const statementsOf = (read: () => unknown): Statement[] => {
  const policy = known(read);
  if (policy === UNKNOWN || policy === undefined || policy === null) return [];
  const document: unknown = typeof policy === "string" ? JSON.parse(policy) : policy;
  return listOf(() => property(document, "Statement")).map((statement, index) => ({
    sid: stringsOf(() => property(statement, "Sid"))[0] ?? `statement ${index + 1}`,
    effect: effectOf(known(() => property(statement, "Effect"))),
    actions: stringsOf(() => property(statement, "Action")),
    resources: stringsOf(() => property(statement, "Resource")),
    principals: principalsOf(known(() => property(statement, "Principal"))),
    hasCondition: known(() => property(statement, "Condition")) !== undefined,
    requiresTls: isPlaintext(known(() => property(statement, "Condition"))),
  }));
};

const property = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

const listOf = (read: () => unknown): unknown[] => {
  const value = known(read);
  if (value === UNKNOWN || value === undefined) return [];
  return Array.isArray(value) ? knownItems<unknown>(value) : [value];
};

const stringsOf = (read: () => unknown): string[] =>
  listOf(read).filter((item): item is string => typeof item === "string");

const effectOf = (value: unknown): Statement["effect"] => (value === "Allow" || value === "Deny" ? value : undefined);

const isPlaintext = (condition: unknown): boolean =>
  String(property(property(condition, "Bool"), "aws:SecureTransport")) === "false";

const principalsOf = (principal: unknown): string[] => {
  if (typeof principal === "string") return [principal];
  if (typeof principal !== "object" || principal === null) return [];
  return Object.keys(principal).flatMap((kind) => stringsOf(() => property(principal, kind)));
};

/** Whether an action pattern of IAM, such as `dynamodb:Update*`, covers an action or a pattern that is no wider. */
export const covers = (pattern: string, action: string): boolean =>
  new RegExp(
    `^${pattern
      .toLowerCase()
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/\?/g, ".")}$`,
  ).test(action.toLowerCase());
