import { relative } from "node:path";
import type { Command } from "commander";
import { keepCompiledCode } from "../../local/compile-cache.ts";
import type { Stack, StackEvent } from "../../local/stack.ts";
import { DEFAULT_DATA_FOLDER } from "../client/stack-option.ts";
import { CliFailure, failed } from "../failure.ts";
import { type JourneyResult, runJourney } from "../journey.ts";
import { type Colours, coloursFor } from "../output/colours.ts";
import { createProgress, type Progress } from "../output/progress.ts";
import { renderTable } from "../output/table.ts";
import { addProgramOptions, type ProgramOptions, parsePort, parseReadModel } from "../program-options.ts";
import { findProject } from "../project.ts";
import { toCliFailure } from "../stack-failure.ts";
import { untilStopped } from "../until-stopped.ts";

interface UpOptions extends ProgramOptions {
  readonly port: number;
  readonly readModel: string;
  readonly policyPack?: string;
  readonly once?: true;
  readonly json?: true;
}

export const register = (program: Command): void => {
  addProgramOptions(program.command("up"))
    .summary("run the program in this folder on a local cloud")
    .description(
      "Run the Pulumi program in this folder, unmodified, on a local cloud; play its journey; serve until Ctrl-C.\n" +
        "State is kept in the data folder, and the next start goes on where this one ended.",
    )
    .option("--port <number>", "port of the HTTP and WebSocket APIs; 0 takes a free one", parsePort, 0)
    .option("--once", "exit after the journey: 0 when all of it was seen, else 1")
    .option("--json", "the last line of standard output is one JSON object; progress goes to standard error")
    .option("--read-model <store>", "sqlite, or the URL of an OpenSearch", parseReadModel, "sqlite")
    .option("--policy-pack <dir>", "the policy pack (default: policy-pack of the project, else the one of nexus)")
    .action(up);
};

const up = async (options: UpOptions): Promise<void> => {
  const stream = options.json ? process.stderr : process.stdout;
  const colours = coloursFor(stream);
  const progress = createProgress({ stream });
  const stopping = untilStopped();
  keepCompiledCode(process.cwd());
  const { startStack } = await import("../../local/stack.ts");
  const stack = await startStack({
    directory: process.cwd(),
    stack: options.stack,
    dataDirectory: options.data,
    port: options.port,
    readModel: options.readModel,
    ...(options.policyPack === undefined ? {} : { policyPack: options.policyPack }),
    onEvent: reporter(progress, colours, options),
    signal: stopping.signal,
  }).catch((error: unknown) => {
    progress.end();
    throw stopping.signal.aborted ? failed("stopped before the stack was up") : toCliFailure(error, options);
  });
  progress.end();
  try {
    progress.print(describeStack(stack, colours));
    const journey = await Promise.race([playJourney(stack, progress, colours), stopping.stopped]);
    if (options.json && journey !== undefined) process.stdout.write(`${summary(stack, journey)}\n`);
    if (journey?.ok === false && options.once) process.exitCode = 1;
    if (!options.once && !stopping.signal.aborted) {
      progress.print("serving until Ctrl-C");
      await stopping.stopped;
    }
  } catch (error) {
    throw error instanceof CliFailure ? error : toCliFailure(error, options);
  } finally {
    await stack.close();
    stopping.release();
  }
};

/** A stack that comes up as it was is not previewed, so that its number of resources is not known ahead. */
const of = (total: number): string => (total === 0 ? "" : ` of ${total}`);

const reporter = (progress: Progress, colours: Colours, options: UpOptions) => {
  let [total, done] = [0, 0];
  progress.update(`stack ${options.stack}: starting`);
  return (event: StackEvent): void => {
    switch (event.kind) {
      case "previewed":
        total = event.resources;
        progress.update(`stack ${options.stack}: ${total} resources, checking policies`);
        break;
      case "resource":
        done += 1;
        progress.update(`stack ${options.stack}: ${done}${of(total)} resources, ${event.type} ${event.name}`);
        break;
      case "advisory":
        progress.print(colours.yellow(`advice: ${event.violation.policy}: ${event.violation.message}`));
        break;
      case "problem":
        progress.print(colours.yellow(event.message));
        break;
      case "log":
        if (event.severity === "warning" || (options.verbose && event.severity === "info"))
          progress.print(event.message);
    }
  };
};

const describeStack = ({ running, bootMs, resources, dataDirectory }: Stack, colours: Colours): string => {
  const { total, simulated, notSimulated } = resources;
  const folder = relative(process.cwd(), dataDirectory) || ".";
  const dataOption = folder === DEFAULT_DATA_FOLDER ? "" : ` --data-dir ${folder}`;
  const { example } = findProject();
  const ready = colours.bold(`ready in ${(bootMs / 1000).toFixed(1)} s at ${running.api}`);
  const recorded = notSimulated.length > 0 ? `; only recorded: ${notSimulated.join(", ")}` : "";
  return [
    `${ready}, state in ${folder}`,
    `  ${total} resources, ${simulated} simulated${recorded}`,
    ...(example === undefined ? [] : [`  try it:  npx nexus command${dataOption} ${example}`]),
    "",
  ].join("\n");
};

const playJourney = async (stack: Stack, progress: Progress, colours: Colours): Promise<JourneyResult> => {
  const result = await runJourney(stack.running, (stage) => progress.update(`journey: ${stage.name}`));
  progress.end();
  if (result.stages.length === 0) return result;
  const rows = result.stages.map(({ name, ok, ms, detail }) => [
    ok ? colours.green("ok") : colours.red("FAILED"),
    name,
    String(ms),
    detail,
  ]);
  progress.print(`${renderTable(["", "STEP", "MS", "SEEN"], rows, ["MS"])}\n`);
  return result;
};

const summary = ({ bootMs, resources }: Stack, { ok, stages }: JourneyResult): string =>
  JSON.stringify({ ok, bootMs, stages: stages.map(({ name, ok: seen, ms }) => ({ name, ok: seen, ms })), resources });
