import { AwsError } from "../contract.ts";

export const validationError = (message: string): AwsError => new AwsError("ValidationException", message);

/** A member of the request has the wrong JSON type. */
export const serializationError = (message: string): AwsError => new AwsError("SerializationException", message);

export const tableNotFound = (): AwsError => new AwsError("ResourceNotFoundException", "Requested resource not found");

export const namedTableNotFound = (name: string): AwsError =>
  new AwsError("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);

export const conditionFailed = (item?: object): AwsError =>
  new AwsError(
    "ConditionalCheckFailedException",
    "The conditional request failed",
    400,
    item === undefined ? {} : { Item: item },
  );
