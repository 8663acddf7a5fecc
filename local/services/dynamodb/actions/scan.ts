import { capacityDetail } from "../capacity.ts";
import type { Action } from "../engine.ts";
import { validationError } from "../errors.ts";
import { Bindings } from "../expressions/bindings.ts";
import { readCondition, readProjection } from "../expressions/expressions.ts";
import { assertProjected, pageAnswer, readIndex, readSelect, readStart } from "../page-request.ts";
import { Parameters } from "../parameters.ts";
import { readPage } from "../read-page.ts";

const known = [
  "TableName",
  "IndexName",
  "FilterExpression",
  "ProjectionExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
  "ExclusiveStartKey",
  "Limit",
  "ConsistentRead",
  "Select",
  "Segment",
  "TotalSegments",
  "ReturnConsumedCapacity",
];
const maximumSegments = 1_000_000;

const readSegment = (parameters: Parameters): { number: number; total: number } | undefined => {
  const number = parameters.integer("Segment", 0, maximumSegments - 1);
  const total = parameters.integer("TotalSegments", 1, maximumSegments);
  if (number === undefined && total === undefined) return undefined;
  if (total === undefined)
    throw validationError(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
  if (number === undefined)
    throw validationError(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  if (number >= total)
    throw validationError(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${number} is not less than TotalSegments: ${total}`,
    );
  return { number, total };
};

export const scan: Action = {
  writes: false,
  run: (engine, input) => {
    const parameters = new Parameters(input, known);
    const name = parameters.requiredString("TableName");
    const detail = capacityDetail(parameters);
    const limit = parameters.integer("Limit", 1);
    const segment = readSegment(parameters);
    const start = parameters.map("ExclusiveStartKey");
    const bindings = new Bindings(input, ["FilterExpression"], true);
    const filter = readCondition("FilterExpression", parameters.string("FilterExpression"), bindings);
    const paths = readProjection(parameters.string("ProjectionExpression"), bindings);
    bindings.assertAllUsed();
    const table = engine.catalog.table(name);
    const index = readIndex(table, parameters);
    const { countOnly } = readSelect(parameters, index, paths);
    const consistent = parameters.boolean("ConsistentRead") ?? false;
    if (consistent && index !== undefined)
      throw validationError("Consistent reads are not supported on global secondary indexes");
    assertProjected(table, index, paths, filter);
    const after = readStart(table, index, start);
    const selection = {
      ...(index === undefined ? {} : { index }),
      ...(after === undefined ? {} : { after }),
      forward: true,
    };
    const page = readPage({
      table,
      selection,
      filter,
      paths,
      limit,
      ...(segment === undefined ? {} : { segment }),
      countOnly,
    });
    return pageAnswer(page, { table, index, countOnly, consistent, detail });
  },
};
