import type { Item } from "../attribute-value.ts";
import { capacityDetail } from "../capacity.ts";
import type { Action } from "../engine.ts";
import { validationError } from "../errors.ts";
import { updatedPaths } from "../expressions/bind-update.ts";
import { project } from "../expressions/document-path.ts";
import { Parameters } from "../parameters.ts";
import { plan, readDelete, readPut, readUpdateRequest, type WriteRequest, writeParameters } from "../write-request.ts";

const returned = ["ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"];
const returnValues = ["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"] as const;
type ReturnValues = (typeof returnValues)[number];

const readReturnValues = (parameters: Parameters, allowed: readonly ReturnValues[]): ReturnValues => {
  const asked = parameters.oneOf("ReturnValues", returnValues) ?? "NONE";
  if (!allowed.includes(asked)) throw validationError("ReturnValues can only be ALL_OLD or NONE");
  return asked;
};

const attributesOf = (
  asked: ReturnValues,
  { update }: WriteRequest,
  old: Item | undefined,
  next: Item | undefined,
): Item | undefined => {
  if (asked === "ALL_OLD") return old;
  if (asked === "ALL_NEW") return next;
  const source = asked === "UPDATED_OLD" ? old : asked === "UPDATED_NEW" ? next : undefined;
  if (source === undefined || update === undefined) return undefined;
  const attributes = project(source, updatedPaths(update));
  return Object.keys(attributes).length === 0 ? undefined : attributes;
};

const writeAction = (
  kind: "Put" | "Update" | "Delete",
  read: typeof readPut,
  allowed: readonly ReturnValues[],
): Action => ({
  writes: true,
  run: (engine, input) => {
    const parameters = new Parameters(input, [...writeParameters[kind], ...returned]);
    const detail = capacityDetail(parameters);
    const asked = readReturnValues(parameters, allowed);
    const request = read(engine, parameters);
    const change = plan(request);
    const units = engine.writer.apply(change);
    const attributes = attributesOf(asked, request, change.old?.item, change.next);
    const capacity = units.describe(detail);
    return {
      ...(attributes === undefined ? {} : { Attributes: attributes }),
      ...(capacity === undefined ? {} : { ConsumedCapacity: capacity }),
    };
  },
});

export const putItem = writeAction("Put", readPut, ["NONE", "ALL_OLD"]);
export const deleteItem = writeAction("Delete", readDelete, ["NONE", "ALL_OLD"]);
export const updateItem = writeAction("Update", readUpdateRequest, returnValues);
