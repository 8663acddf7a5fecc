import { asConstraint, type Constraint } from "./constraint.ts";
import { ANYTHING, type Goal } from "./goal.ts";
import type { Subschema } from "./schema-document.ts";

/** Schemas as constraints; those that are not there ask for nothing. */
export const whole = (schemas: readonly (Subschema | undefined)[]): Constraint[] =>
  schemas.filter((schema) => schema !== undefined).map(asConstraint);

/** That a part meets a schema. */
export const meeting = (schema: Subschema | undefined): Goal =>
  schema === undefined ? ANYTHING : { holds: [asConstraint(schema)], fails: [] };

/** That a part does not meet it. */
export const failing = (schema: Subschema): Goal => ({ holds: [], fails: [asConstraint(schema)] });
