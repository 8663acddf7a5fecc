/** One line that says how far something is: rewritten in place on a terminal, a line now and then elsewhere. */
export interface Progress {
  update(text: string): void;
  /** Prints a line that stays, above the progress. */
  print(line: string): void;
  /** Takes the progress line away. */
  end(): void;
}

/** The least time between two plain lines, and between two redraws. */
const PLAIN_INTERVAL_MS = 1_000;
const REDRAW_INTERVAL_MS = 50;

export interface ProgressOptions {
  readonly stream: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;
  /** Milliseconds, monotonic. */
  readonly clock?: () => number;
}

export const createProgress = ({ stream, clock = () => performance.now() }: ProgressOptions): Progress =>
  stream.isTTY ? liveProgress(stream, clock) : plainProgress(stream, clock);

const plainProgress = (stream: ProgressOptions["stream"], clock: () => number): Progress => {
  let last = -Infinity;
  return {
    update: (text) => {
      if (clock() - last < PLAIN_INTERVAL_MS) return;
      last = clock();
      stream.write(`${text}\n`);
    },
    print: (line) => {
      stream.write(`${line}\n`);
    },
    end: () => {},
  };
};

const CLEAR_LINE = "\r\u001b[2K";

const liveProgress = (stream: ProgressOptions["stream"], clock: () => number): Progress => {
  let shown = "";
  let last = -Infinity;
  const draw = () => stream.write(CLEAR_LINE + shown.slice(0, Math.max(10, (stream.columns || 80) - 1)));
  return {
    update: (text) => {
      shown = text;
      if (clock() - last < REDRAW_INTERVAL_MS) return;
      last = clock();
      draw();
    },
    print: (line) => {
      stream.write(`${CLEAR_LINE}${line}\n`);
      if (shown !== "") draw();
    },
    end: () => {
      shown = "";
      stream.write(CLEAR_LINE);
    },
  };
};
