import { createHash } from "node:crypto";
import { AwsError } from "../../contract.ts";
import { ConsumedUnits, capacityDetail } from "../capacity.ts";
import type { Action, Engine } from "../engine.ts";
import { validationError } from "../errors.ts";
import type { Change } from "../item-writer.ts";
import { Parameters } from "../parameters.ts";
import {
  itemIdentity,
  plan,
  readConditionCheck,
  readDelete,
  readPut,
  readUpdateRequest,
  type WriteRequest,
  writeParameters,
} from "../write-request.ts";

const maximumItems = 100;
/** For so long a client's token stands for its transaction. */
const tokenLifetimeMs = 10 * 60 * 1_000;

const readers = {
  Put: readPut,
  Update: readUpdateRequest,
  Delete: readDelete,
  ConditionCheck: readConditionCheck,
} as const;
const kinds = Object.keys(readers) as (keyof typeof readers)[];

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

const reasonOf = (error: AwsError): Reason => {
  if (error.code === "ConditionalCheckFailedException")
    return { Code: "ConditionalCheckFailed", Message: error.message, ...error.members };
  return { Code: "ValidationError", Message: error.message };
};

export const transactionCanceled = (reasons: readonly Reason[]): AwsError =>
  new AwsError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(", ")}]`,
    400,
    { CancellationReasons: reasons },
  );

const readItem = (engine: Engine, item: Parameters): { kind: keyof typeof readers; request: WriteRequest } => {
  const present = kinds.filter((kind) => item.has(kind));
  const [kind] = present;
  if (kind === undefined)
    throw validationError("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  if (present.length > 1) throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
  const parameters = item.requiredNested(kind, writeParameters[kind]);
  if (kind === "Update") parameters.requiredString("UpdateExpression");
  return { kind, request: readers[kind](engine, parameters) };
};

/** The token of a transaction that was done before, with the same content, means there is nothing to do. */
const alreadyDone = (engine: Engine, token: string | undefined, items: readonly unknown[]): boolean => {
  if (token === undefined) return false;
  const { sqlite } = engine.database;
  const digest = createHash("sha256").update(JSON.stringify(items)).digest("hex");
  const now = engine.clock();
  const known = sqlite
    .prepare("SELECT digest FROM transactions WHERE token = ? AND created_at > ?")
    .get(token, now - tokenLifetimeMs);
  if (known === undefined) return false;
  if (known["digest"] === digest) return true;
  throw new AwsError(
    "IdempotentParameterMismatchException",
    "Parameters of the request do not match those of the request with the same token",
  );
};

const rememberToken = (engine: Engine, token: string | undefined, items: readonly unknown[]): void => {
  if (token === undefined) return;
  const digest = createHash("sha256").update(JSON.stringify(items)).digest("hex");
  const { sqlite } = engine.database;
  sqlite.prepare("DELETE FROM transactions WHERE created_at <= ?").run(engine.clock() - tokenLifetimeMs);
  sqlite
    .prepare("INSERT OR REPLACE INTO transactions (token, digest, created_at) VALUES (?, ?, ?)")
    .run(token, digest, engine.clock());
};

const planAll = (
  items: readonly { readonly kind: keyof typeof readers; readonly request: WriteRequest }[],
): readonly { readonly kind: keyof typeof readers; readonly change: Change }[] => {
  const changes: { kind: keyof typeof readers; change: Change }[] = [];
  const reasons = items.map(({ kind, request }): Reason => {
    try {
      changes.push({ kind, change: plan(request) });
      return { Code: "None" };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return reasonOf(error);
    }
  });
  if (changes.length < items.length) throw transactionCanceled(reasons);
  return changes;
};

export const transactWriteItems: Action = {
  writes: true,
  run: (engine, input) => {
    const parameters = new Parameters(input, [
      "TransactItems",
      "ClientRequestToken",
      "ReturnConsumedCapacity",
      "ReturnItemCollectionMetrics",
    ]);
    const detail = capacityDetail(parameters);
    const raw = parameters.requiredArray("TransactItems");
    if (raw.length === 0 || raw.length > maximumItems)
      throw validationError(
        `1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length ${raw.length === 0 ? "greater than or equal to 1" : `less than or equal to ${maximumItems}`}`,
      );
    const items = parameters.structures("TransactItems", kinds).map((item) => readItem(engine, item));
    if (new Set(items.map(({ request }) => itemIdentity(request))).size !== items.length)
      throw validationError("Transaction request cannot include multiple operations on one item");
    const token = parameters.string("ClientRequestToken");
    const units = new Map<string, ConsumedUnits>();
    if (!alreadyDone(engine, token, raw)) {
      for (const { kind, change } of planAll(items)) {
        const { name } = change.table.definition;
        const sum = units.get(name) ?? new ConsumedUnits(name);
        if (kind === "ConditionCheck") sum.addTable(1);
        else sum.add(engine.writer.apply(change));
        units.set(name, sum);
      }
      rememberToken(engine, token, raw);
    }
    return detail === "NONE" ? {} : { ConsumedCapacity: [...units.values()].map((each) => each.describe(detail, 2)) };
  },
};
