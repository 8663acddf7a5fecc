import { definitionProblem } from "../definition.ts";
import { invalidInput } from "../engine.ts";

/** Throws InvalidInputException for a definition that is none, or in a format that is not simulated. */
export const checkDefinition = (dataFormat: string, definition: string): void => {
  if (dataFormat !== "JSON" && dataFormat !== "AVRO")
    throw invalidInput(`The data format ${dataFormat} is not simulated locally. Use JSON or AVRO.`);
  const problem = definitionProblem(dataFormat, definition);
  if (problem !== undefined)
    throw invalidInput(`Schema definition of ${dataFormat} data format is invalid: ${problem}`);
};
