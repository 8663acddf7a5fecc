import type { Item } from "../attribute-value.ts";
import type { Action } from "../engine.ts";
import { validationError } from "../errors.ts";
import { expiryOf } from "../item-writer.ts";
import { Parameters } from "../parameters.ts";
import type { Table } from "../storage/catalog.ts";
import { namedTable } from "./manage-tables.ts";

export const describeTimeToLive: Action = {
  writes: false,
  run: (engine, input) => {
    const { ttlAttribute } = namedTable(engine, new Parameters(input, ["TableName"])).definition;
    return {
      TimeToLiveDescription:
        ttlAttribute === undefined
          ? { TimeToLiveStatus: "DISABLED" }
          : { TimeToLiveStatus: "ENABLED", AttributeName: ttlAttribute },
    };
  },
};

const markExpiry = ({ items, definition }: Table): void => {
  for (const row of [...items.all()]) items.setExpiry(row.id, expiryOf(definition, JSON.parse(row.item) as Item));
};

export const updateTimeToLive: Action = {
  writes: true,
  run: (engine, input) => {
    const parameters = new Parameters(input, ["TableName", "TimeToLiveSpecification"]);
    const specification = parameters.requiredNested("TimeToLiveSpecification", ["Enabled", "AttributeName"]);
    const enabled = specification.boolean("Enabled") === true;
    const attribute = specification.requiredString("AttributeName");
    if (attribute === "") throw validationError("TimeToLiveSpecification's AttributeName must not be empty");
    const { definition } = namedTable(engine, parameters);
    const { ttlAttribute, ...rest } = definition;
    if (ttlAttribute !== undefined && ttlAttribute !== attribute)
      throw validationError(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${ttlAttribute}`,
      );
    if (enabled === (ttlAttribute !== undefined))
      throw validationError(`TimeToLive is already ${enabled ? "enabled" : "disabled"}`);
    markExpiry(engine.catalog.saveTable(enabled ? { ...rest, ttlAttribute: attribute } : rest));
    return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
  },
};
