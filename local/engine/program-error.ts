import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

/** The program itself failed: it threw, did not compile, or ended early. The message is one line. */
export class ProgramError extends Error {
  /** Everything the program printed about it, for `--verbose`. */
  readonly details: string;

  constructor(message: string, details: string) {
    super(message);
    this.name = "ProgramError";
    this.details = details;
  }
}

/** What `cmd/run` puts before the text of an uncaught exception. */
const PREFIX = /^Running program '[^']*' failed with an unhandled exception:\s*/;
/** What the SDK puts before the message for every resource on the way from the one that failed. */
const SERIALIZING = /(error serializing property "[^"]*": )+/;
const NAMED_PLACE = /\.[cm]?[jt]s:\d+/;
const FRAME = /(?:\(|at |^)((?:file:\/\/)?\/[^\s():]+):(\d+)(?::\d+)?\)?$/;

/** Makes one line of what the program logged as errors: the first exception's message and its place in the program. */
export const programError = (logged: readonly string[], stderr: string, exitCode: number | null): ProgramError => {
  const details = [...logged, stderr].filter((text) => text.trim() !== "").join("\n");
  const text = stripVTControlCharacters(logged[0] ?? stderr).replace(PREFIX, "");
  const lines = text.split("\n").map((line) => line.trim());
  const message = messageOf(lines) ?? `it ended with exit code ${exitCode}`;
  // A message that names a file and line knows better than the stack where the fault lies.
  const place = NAMED_PLACE.test(message) ? undefined : placeOf(lines);
  const where = place === undefined ? "" : ` at ${place}`;
  return new ProgramError(`the program failed${where}: ${message}`, details);
};

/** The first line that says something: not a stack frame, not the source line that Node prints above a syntax error. */
const messageOf = (lines: readonly string[]): string | undefined => {
  const said = lines.find((line) => /^(\[?[A-Za-z]*(Error|Exception)\b.*?)\]?[:[]/.test(line));
  const line = said ?? lines.find((candidate) => candidate !== "" && !FRAME.test(candidate));
  return line
    ?.replace(/^\[?(?:Uncaught )?(?:[A-Za-z]*Error)(?: \[[A-Z_]+\])?: /, "")
    .replace(SERIALIZING, "")
    .replaceAll("file://", "");
};

/** The first frame in code of the user's, rather than of Node or a package. */
const placeOf = (lines: readonly string[]): string | undefined => {
  for (const line of lines) {
    const [, file, number] = FRAME.exec(line) ?? [];
    if (file === undefined || file.includes("/node_modules/") || file.startsWith("node:")) continue;
    return `${relative(process.cwd(), file.startsWith("file://") ? fileURLToPath(file) : file)}:${number}`;
  }
  return undefined;
};
