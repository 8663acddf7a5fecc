import type { AccessRequest } from "../../services/contract.ts";
import type { AccessTable } from "../call.ts";
import { arn, asArn, asList, asObject, one } from "./arns.ts";

/** Actions on one table whose permission bears their own name. */
const TABLE_ACTIONS = new Set([
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeContinuousBackups",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "PutItem",
  "Query",
  "Scan",
  "UpdateContinuousBackups",
  "UpdateItem",
  "UpdateTable",
  "UpdateTimeToLive",
]);

/** Each item of a transaction needs the permission of the plain action. */
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};

export const dynamodbAccess: AccessTable = ({ action, input, streamArn = "*" }, { region }) => {
  const table = (name: unknown): string => asArn(name, (plain) => arn("dynamodb", region, `table/${plain}`));
  const permission = `dynamodb:${action}`;
  if (TABLE_ACTIONS.has(action)) {
    const { TableName, IndexName, Select, ReturnValues } = input;
    const resource = IndexName === undefined ? table(TableName) : `${table(TableName)}/index/${String(IndexName)}`;
    return one(permission, resource, {
      ...(typeof Select === "string" ? { "dynamodb:Select": Select } : {}),
      ...(typeof ReturnValues === "string" ? { "dynamodb:ReturnValues": ReturnValues } : {}),
    });
  }
  switch (action) {
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.keys(asObject(input["RequestItems"])).flatMap((name) => one(permission, table(name)));
    case "TransactWriteItems":
    case "TransactGetItems":
      return asList(input["TransactItems"]).flatMap((item) =>
        Object.entries(asObject(item)).flatMap(([kind, request]): AccessRequest[] => {
          const single = TRANSACTION_ACTIONS[kind];
          if (single === undefined) return []; // the engine refuses the item
          const context = { "dynamodb:EnclosingOperation": action };
          return one(`dynamodb:${single}`, table(asObject(request)["TableName"]), context);
        }),
      );
    case "ListTables":
    case "ListStreams":
      return one(permission, "*");
    case "TagResource":
    case "UntagResource":
    case "ListTagsOfResource":
      return one(permission, String(input["ResourceArn"]));
    case "DescribeStream":
    case "GetShardIterator":
      return one(permission, String(input["StreamArn"]));
    case "GetRecords":
      return one(permission, streamArn);
    default:
      return undefined;
  }
};
