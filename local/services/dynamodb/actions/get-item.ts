import { ConsumedUnits, capacityDetail, readUnits } from "../capacity.ts";
import type { Action } from "../engine.ts";
import { Parameters } from "../parameters.ts";
import { fetchItem, projecting, readOne } from "../read-request.ts";

export const getItem: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, [
      "TableName",
      "Key",
      "ConsistentRead",
      "ReturnConsumedCapacity",
      ...projecting,
    ]);
    const detail = capacityDetail(parameters);
    const consistent = parameters.boolean("ConsistentRead") ?? false;
    const read = readOne(engine, parameters);
    const { item, size } = fetchItem(read);
    const units = new ConsumedUnits(read.table.definition.name);
    units.addTable(readUnits(size, consistent));
    const capacity = units.describe(detail);
    return {
      ...(item === undefined ? {} : { Item: item }),
      ...(capacity === undefined ? {} : { ConsumedCapacity: capacity }),
    };
  },
};
