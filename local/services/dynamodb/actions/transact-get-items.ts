import { ConsumedUnits, capacityDetail, readUnits } from "../capacity.ts";
import type { Action } from "../engine.ts";
import { validationError } from "../errors.ts";
import { Parameters } from "../parameters.ts";
import { fetchItem, projecting, readOne } from "../read-request.ts";

const maximumTransactItems = 100;

export const transactGetItems: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["TransactItems", "ReturnConsumedCapacity"]);
    const detail = capacityDetail(parameters);
    const { length } = parameters.requiredArray("TransactItems");
    if (length === 0 || length > maximumTransactItems)
      throw validationError(
        `1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length ${length === 0 ? "greater than or equal to 1" : `less than or equal to ${maximumTransactItems}`}`,
      );
    const reads = parameters
      .structures("TransactItems", ["Get"])
      .map((each) => readOne(engine, each.requiredNested("Get", ["TableName", "Key", ...projecting])));
    const identities = reads.map(({ table, key }) => JSON.stringify([table.definition.name, key.attributes]));
    if (new Set(identities).size !== reads.length)
      throw validationError("Transaction request cannot include multiple operations on one item");
    const units = new Map<string, ConsumedUnits>();
    const responses = reads.map((read) => {
      const { item, size } = fetchItem(read);
      const { name } = read.table.definition;
      const sum = units.get(name) ?? new ConsumedUnits(name);
      sum.addTable(readUnits(size, true));
      units.set(name, sum);
      return item === undefined ? {} : { Item: item };
    });
    return {
      Responses: responses,
      ...(detail === "NONE" ? {} : { ConsumedCapacity: [...units.values()].map((each) => each.describe(detail, 2)) }),
    };
  },
};
