import { batchGetItem } from "./actions/batch-get-item.ts";
import { batchWriteItem } from "./actions/batch-write-item.ts";
import { createTable } from "./actions/create-table.ts";
import { getItem } from "./actions/get-item.ts";
import {
  deleteTable,
  describeContinuousBackups,
  describeTable,
  listTables,
  listTagsOfResource,
  tagResource,
  untagResource,
  updateContinuousBackups,
} from "./actions/manage-tables.ts";
import { query } from "./actions/query.ts";
import { describeStream, getRecords, getShardIterator, listStreams } from "./actions/read-streams.ts";
import { scan } from "./actions/scan.ts";
import { describeTimeToLive, updateTimeToLive } from "./actions/time-to-live.ts";
import { transactGetItems } from "./actions/transact-get-items.ts";
import { transactWriteItems } from "./actions/transact-write-items.ts";
import { updateTable } from "./actions/update-table.ts";
import { deleteItem, putItem, updateItem } from "./actions/write-item.ts";
import type { Action } from "./engine.ts";

/** What the engine does, by the names of the API. Anything else is refused by name. */
export const actions: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    BatchGetItem: batchGetItem,
    BatchWriteItem: batchWriteItem,
    CreateTable: createTable,
    DeleteItem: deleteItem,
    DeleteTable: deleteTable,
    DescribeContinuousBackups: describeContinuousBackups,
    DescribeTable: describeTable,
    DescribeTimeToLive: describeTimeToLive,
    GetItem: getItem,
    ListTables: listTables,
    ListTagsOfResource: listTagsOfResource,
    PutItem: putItem,
    Query: query,
    Scan: scan,
    TagResource: tagResource,
    TransactGetItems: transactGetItems,
    TransactWriteItems: transactWriteItems,
    UntagResource: untagResource,
    UpdateContinuousBackups: updateContinuousBackups,
    UpdateItem: updateItem,
    UpdateTable: updateTable,
    UpdateTimeToLive: updateTimeToLive,
    DescribeStream: describeStream,
    GetRecords: getRecords,
    GetShardIterator: getShardIterator,
    ListStreams: listStreams,
  }),
);
