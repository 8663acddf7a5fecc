import { ACCOUNT_ID, type AccessRequest } from "../../services/contract.ts";

export const arn = (service: string, region: string, resource: string): string =>
  `arn:aws:${service}:${region}:${ACCOUNT_ID}:${resource}`;

/** A parameter that holds a name or an ARN, as an ARN. */
export const asArn = (nameOrArn: unknown, toArn: (name: string) => string): string => {
  const text = String(nameOrArn ?? "");
  return text.startsWith("arn:") ? text : toArn(text);
};

export const one = (action: string, resource: string, context?: AccessRequest["context"]): AccessRequest[] => [
  { action, resource, ...(context === undefined ? {} : { context }) },
];

export const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
