import { ConsumedUnits, capacityDetail } from "../capacity.ts";
import type { Action, Engine } from "../engine.ts";
import { validationError } from "../errors.ts";
import { Parameters } from "../parameters.ts";
import { itemIdentity, plan, readDelete, readPut, type WriteRequest } from "../write-request.ts";

const maximumRequests = 25;

const readRequest = (engine: Engine, tableName: string, input: unknown): WriteRequest => {
  const request = new Parameters(input, ["PutRequest", "DeleteRequest"], "requestItems.member.");
  const put = request.nested("PutRequest", ["Item"]);
  const deletion = request.nested("DeleteRequest", ["Key"]);
  if ((put === undefined) === (deletion === undefined))
    throw validationError(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  const [part, read] = put === undefined ? [deletion, readDelete] : [put, readPut];
  return read(engine, new Parameters({ ...part?.input, TableName: tableName }, ["TableName", "Item", "Key"]));
};

/** Each request of a batch stands for itself; they are checked together, before the first is applied. */
export const batchWriteItem: Action = {
  writes: true,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["RequestItems", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"]);
    const detail = capacityDetail(parameters);
    const tables = Object.entries(parameters.requiredObject("RequestItems"));
    if (tables.length === 0) throw validationError("BatchWriteItem cannot have a null or no requests set");
    const requests = tables.flatMap(([tableName, list]) => {
      if (!Array.isArray(list) || list.length === 0)
        throw validationError(`The batch write request list for a table cannot be null or empty: ${tableName}`);
      return list.map((each) => ({ tableName, each }));
    });
    if (requests.length > maximumRequests)
      throw validationError("Too many items requested for the BatchWriteItem call");
    const read = requests.map(({ tableName, each }) => readRequest(engine, tableName, each));
    if (new Set(read.map(itemIdentity)).size !== read.length)
      throw validationError("Provided list of item keys contains duplicates");
    const units = new Map<string, ConsumedUnits>();
    const changes = read.map(plan);
    for (const change of changes) {
      const { name } = change.table.definition;
      const sum = units.get(name) ?? new ConsumedUnits(name);
      sum.add(engine.writer.apply(change));
      units.set(name, sum);
    }
    return {
      UnprocessedItems: {},
      ...(detail === "NONE" ? {} : { ConsumedCapacity: [...units.values()].map((each) => each.describe(detail)) }),
    };
  },
};
