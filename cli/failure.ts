/** 1: it was tried and did not succeed. 2: the input is wrong and nothing was tried. */
export type ExitCode = 1 | 2;

/** An end that people are told about in the message alone: what was wrong, where, what to do. No stack trace. */
export class CliFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "CliFailure";
    this.exitCode = exitCode;
  }
}

/** By shape: a project's own command may have got it from another copy of this module. */
export const isCliFailure = (error: unknown): error is CliFailure =>
  error instanceof Error && error.name === "CliFailure" && "exitCode" in error;

export const badInput = (message: string, cause?: unknown): CliFailure => new CliFailure(message, 2, cause);

export const failed = (message: string, cause?: unknown): CliFailure => new CliFailure(message, 1, cause);
