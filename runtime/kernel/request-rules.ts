import type { AccessDefinition } from "./service.ts";

export const OPERATIONS = ["command", "temporal-query", "event-range"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What somebody asks for, as far as policies care. */
export interface PolicyRequest {
  readonly operation: Operation;
  /** The command type, the aggregate that is asked about, or the range of time. */
  readonly subject: string;
  /** HTTP method. */
  readonly method: string;
  /** ARN of the caller, `undefined` when nobody vouches for one. */
  readonly actor: string | undefined;
}

interface Rule {
  /** The id of the policy that holds the deployed stack to the same. */
  readonly id: string;
  readonly operation: Operation;
}

/**
 * The architecture's rules where they concern requests, in the order in which they are evaluated. `method` keeps the log
 * immutable: it is written by POST and asked by GET, and nothing else may reach it.
 */
export type RequestRule =
  | (Rule & { readonly kind: "identity" })
  | (Rule & { readonly kind: "method"; readonly method: string })
  | (Rule & { readonly kind: "caller"; readonly subject?: string; readonly callers: readonly string[] })
  | (Rule & { readonly kind: "schema" })
  | (Rule & { readonly kind: "rate"; readonly quota: string; readonly limit: number; readonly windowSeconds: number });

export const RULE_IDS = {
  identity: "nexus-apigateway-route-require-iam",
  method: "nexus-iam-role-deny-event-changes",
  caller: "nexus-request-caller-restrict-access",
  schema: "nexus-lambda-function-validate-events",
  rate: "nexus-lambda-function-limit-temporal",
} as const satisfies Record<RequestRule["kind"], string>;

/** The rule that a change or removal of an item of the log breaks, by whomever. */
export const UNCHANGED_LOG_RULE = "nexus-dynamodb-table-watch-changes";

const METHODS: Readonly<Record<Operation, string>> = {
  command: "POST",
  "temporal-query": "GET",
  "event-range": "GET",
};

/** Questions about the past, each kind with a quota of its own; `quota` is the name that callers hear. */
const PAST = [
  { operation: "temporal-query", quota: "temporal" },
  { operation: "event-range", quota: "events" },
] as const;

/** The rules of one service. `temporalPerMinute`: questions about the past, of each kind, that each client has a minute. */
export const requestRules = (
  { commands = {}, temporal, events }: AccessDefinition = {},
  temporalPerMinute?: number,
): readonly RequestRule[] => [
  ...OPERATIONS.flatMap((operation): RequestRule[] => [
    { kind: "identity", id: RULE_IDS.identity, operation },
    { kind: "method", id: RULE_IDS.method, operation, method: METHODS[operation] },
  ]),
  ...Object.entries(commands).map(
    ([subject, callers]): RequestRule => ({
      kind: "caller",
      id: RULE_IDS.caller,
      operation: "command",
      subject,
      callers,
    }),
  ),
  ...PAST.flatMap(({ operation }): RequestRule[] => {
    const callers = operation === "event-range" ? events : temporal;
    return callers === undefined ? [] : [{ kind: "caller", id: RULE_IDS.caller, operation, callers }];
  }),
  { kind: "schema", id: RULE_IDS.schema, operation: "command" },
  ...(temporalPerMinute === undefined
    ? []
    : PAST.map(
        ({ operation, quota }): RequestRule => ({
          ...{ kind: "rate", id: RULE_IDS.rate, operation, quota },
          ...{ limit: temporalPerMinute, windowSeconds: 60 },
        }),
      )),
];

/** Whether an ARN is the caller that a pattern names; `*` stands for any characters. */
export const isCaller = (pattern: string, arn: string): boolean => {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`).test(arn);
};

/** Who a caller is for a quota: an assumed role without its session, whose name the caller is free to choose. */
export const clientOf = (arn: string): string => arn.replace(/(:assumed-role\/[^/]+)\/.*$/, "$1");
