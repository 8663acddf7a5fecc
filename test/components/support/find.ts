import type { Inputs, ProgramRun, Registered } from "./monitor.ts";

/** The one resource of a type with a name. */
export const find = ({ resources }: ProgramRun, type: string, name: string): Registered => {
  const found = resources.find((resource) => resource.type === type && resource.name === name);
  if (found === undefined) throw new Error(`the program registered no ${type} ${name}`);
  return found;
};

export const ofType = ({ resources }: ProgramRun, type: string): readonly Registered[] =>
  resources.filter((resource) => resource.type === type);

export const environmentOf = ({ inputs }: Registered): Record<string, string> =>
  (inputs["environment"] as { variables: Record<string, string> }).variables;

interface PlainStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export const statementsOf = (inputs: Inputs): readonly PlainStatement[] =>
  (inputs["policy"] as { Statement: readonly PlainStatement[] }).Statement;

/** A policy as lines to read: `Allow dynamodb:PutItem on table/orders-events`. */
export const describePolicy = (inputs: Inputs): string[] =>
  statementsOf(inputs).map(({ Effect, Action, Resource }) => {
    const resources = [Resource].flat().map((arn) => arn.replace(/^arn:aws:([^:]+):[^:]*:[^:]*:/, "$1:"));
    return `${Effect} ${[Action].flat().join(", ")} on ${resources.join(", ")}`;
  });
