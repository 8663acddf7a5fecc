import { ProgramError } from "../local/engine/program-error.ts";
import { InputError } from "../local/engine/project.ts";
import { ResourceFailure } from "../local/engine/registration.ts";
import { PolicyViolationError } from "../local/policy/gate.ts";
import { badInput, CliFailure, failed } from "./failure.ts";

/** Options that every command over the program has. */
export interface VerboseOption {
  readonly verbose?: true;
}

/**
 * An error of the local cloud as the CLI tells it: one line and an exit code. With `--verbose` the cause and what the
 * program printed follow.
 */
export const toCliFailure = (error: unknown, { verbose }: VerboseOption): unknown => {
  if (error instanceof CliFailure || !(error instanceof Error)) return error;
  const details = verbose ? `\n${detailsOf(error)}` : "";
  const hint = verbose || detailsOf(error) === "" ? "" : " (--verbose shows more)";
  if (error instanceof InputError || isPortInUse(error)) return badInput(error.message + details, error);
  if (error instanceof PolicyViolationError) return failed(error.message, error);
  if (error instanceof ProgramError) return failed(error.message + hint + details, error);
  if (error instanceof ResourceFailure) return failed(error.message + hint + details, error);
  return failed(error.message + details, error);
};

const isPortInUse = (error: Error): boolean =>
  error.cause instanceof Error && (error.cause as NodeJS.ErrnoException).code === "EADDRINUSE";

const detailsOf = (error: Error): string => {
  if (error instanceof ProgramError) return error.details;
  const { cause } = error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : "";
};
