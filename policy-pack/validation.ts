import type { ReportViolation, ResourceValidation, ResourceValidationArgs } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";

/**
 * A validation of one resource type, with the inputs typed by its args. The SDK's `validateResourceOfType` asks for the
 * resource class: importing `@pulumi/aws` for that would cost every preview 200 ms and 100 MB.
 */
export const ofType = <Args>(
  type: string,
  validate: (inputs: Unwrap<NonNullable<Args>>, report: ReportViolation, args: ResourceValidationArgs) => void,
): ResourceValidation => {
  const validation: ResourceValidation = (args, report) => {
    if (args.type === type) validate(args.props as Unwrap<NonNullable<Args>>, report, args);
  };
  // The mark by which the SDK calls a validation only for its type.
  return Object.assign(validation, { __pulumiType: type });
};

/** What stands for a value that a preview cannot know yet. */
export const UNKNOWN = Symbol("unknown in this preview");

/**
 * A value, or {@link UNKNOWN}: in a preview the SDK throws when a value is read that another resource has yet to give.
 * A rule takes such a value as there, and never as wrong.
 */
export const known = <T>(read: () => T): T | typeof UNKNOWN => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && error.constructor.name === "UnknownValueError") return UNKNOWN;
    throw error;
  }
};

/** The items of a list that are known. */
export const knownItems = <T>(list: readonly T[]): T[] =>
  Array.from({ length: list.length }, (_, index) => known(() => list[index])).filter(
    (item): item is Awaited<T> & T => item !== UNKNOWN && item !== undefined,
  );
