import { join } from "node:path";
import type { Realiser } from "../../local/engine/monitor.ts";
import { readProject } from "../../local/engine/project.ts";
import { type ProgramRun, runProgram } from "../../local/engine/run-program.ts";

const FIXTURES = join(import.meta.dirname, "..", "local", "engine", "fixtures");

/** A realiser that gives every resource an id and an ARN made of its name. */
export const namingRealiser = (overrides: Partial<Realiser> = {}): Realiser => ({
  realise: async ({ name }) => ({ id: `id-${name}`, outputs: { arn: `arn:${name}`, url: `https://queue/${name}` } }),
  read: async () => ({}),
  invoke: async () => ({}),
  ...overrides,
});

/** Runs a fixture program with more configuration than its stack file has. */
export const runFixture = (
  fixture: string,
  options: { config?: Record<string, string>; preview?: boolean; realiser?: Realiser; signal?: AbortSignal } = {},
): Promise<ProgramRun> => {
  const project = readProject(join(FIXTURES, fixture), "dev");
  const config = Object.entries(options.config ?? {}).map(([key, value]) => [`${project.name}:${key}`, value]);
  return runProgram({
    project: { ...project, config: { ...project.config, ...Object.fromEntries(config) } },
    preview: options.preview ?? false,
    realiser: options.realiser ?? namingRealiser(),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
};
