import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { sha256 } from "../../runtime/adapters/node/sha256.ts";
import { verifyExport } from "../../runtime/application/history-export.ts";
import { type AuditReport, auditLog, holdToProof } from "../../runtime/application/log-audit.ts";
import { isNexusError } from "../../runtime/kernel/errors.ts";
import type { Commit } from "../../runtime/kernel/event.ts";
import type { ChainFinding } from "../../runtime/kernel/hash-chain.ts";
import type { EventStore } from "../../runtime/ports/event-store.ts";
import { addLogOptions, type LogOptions, openLog } from "../client/log-source.ts";
import { badInput, failed } from "../failure.ts";

interface Options extends LogOptions {
  readonly all?: true;
  readonly export?: string;
  readonly against?: string;
  readonly json?: true;
}

const HELP = `
  nexus verify order-1
  nexus verify --all
  nexus verify order-1 --against order-1.ndjson   (what was exported then still stands in the log)
  nexus verify --export order-1.ndjson            (the file by itself, without the log)`;

export const register = (program: Command): void => {
  addLogOptions(program.command("verify [aggregateId]"))
    .summary("prove that nothing in the log was changed, removed or inserted")
    .description(
      "Hold the log to its hash chain. Exits with 0 when it is sound and with 1 when it is not.\n" +
        "A log that was cut off at its end is found by --against an earlier export alone.",
    )
    .option("--all", "every aggregate")
    .option("--export <path>", "a file of nexus history --export, by itself")
    .option("--against <path>", "hold the aggregate to an earlier export as well")
    .option("--json", "a report an aggregate a line, as JSON")
    .addHelpText("after", HELP)
    .action(run);
};

const run = async (aggregateId: string | undefined, options: Options): Promise<void> => {
  const named = [aggregateId, options.all, options.export].filter((value) => value !== undefined);
  if (named.length !== 1) throw badInput("name one thing to verify: AGGREGATE, --all or --export FILE");
  if (options.against !== undefined && aggregateId === undefined)
    throw badInput("--against goes with an aggregate: nexus verify AGGREGATE --against FILE");
  const reports = options.export === undefined ? ofLog(aggregateId, options) : ofExport(options.export);
  const sum = { aggregates: 0, commits: 0, unchained: 0, faults: 0 };
  try {
    for await (const { summary, findings } of reports) {
      sum.aggregates += 1;
      sum.commits += summary.commits;
      sum.unchained += summary.unchained;
      sum.faults += findings.length;
      if (options.json)
        process.stdout.write(`${JSON.stringify({ ...summary, ok: findings.length === 0, findings })}\n`);
      else for (const finding of findings) process.stdout.write(`${describe(finding)}\n`);
    }
  } catch (error) {
    throw isNexusError(error) ? failed(error.message, error) : error;
  }
  if (sum.aggregates === 0 && options.all === undefined) throw failed(`the log has no ${aggregateId}`);
  const unproven = sum.unchained === 0 ? "" : `, ${sum.unchained} of them from before logs were chained`;
  const counted = `${sum.commits} commits of ${sum.aggregates} aggregates${unproven}`;
  if (sum.faults > 0) throw failed(`${sum.faults} faults in ${counted}`);
  if (!options.json) process.stdout.write(`sound: ${counted}\n`);
};

const describe = ({ aggregateId, version, fault, detail }: ChainFinding): string =>
  `${fault} ${aggregateId} version ${version}: ${detail}`;

async function* ofLog(aggregateId: string | undefined, options: Options): AsyncGenerator<AuditReport> {
  const proof = options.against === undefined ? undefined : readExport(options.against).proof;
  if (proof !== undefined && proof.aggregateId !== aggregateId)
    throw badInput(`--against: the file holds the history of ${proof.aggregateId}`);
  const { events, close } = await openLog(options);
  try {
    if (aggregateId === undefined) {
      yield* auditLog(events.getAllCommits(), sha256);
      return;
    }
    for await (const { summary, findings } of auditLog(commitsOf(events, aggregateId), sha256)) {
      const since = proof === undefined ? [] : holdToProof(proof, await commitAt(events, aggregateId, proof.version));
      yield { summary, findings: [...findings, ...since] };
    }
  } finally {
    await close();
  }
}

async function* ofExport(path: string): AsyncGenerator<AuditReport> {
  const { findings, proof } = readExport(path);
  yield { summary: proof, findings };
}

const readExport = (path: string) => {
  try {
    return verifyExport(readFileSync(path, "utf8").split("\n"), sha256);
  } catch (error) {
    throw badInput(`${path}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
};

async function* commitsOf(events: EventStore, aggregateId: string): AsyncGenerator<readonly Commit[]> {
  for await (const { commits } of events.getEvents(aggregateId)) yield commits;
}

const commitAt = async (events: EventStore, aggregateId: string, version: number): Promise<readonly Commit[]> => {
  const found: Commit[] = [];
  for await (const { commits } of events.getEvents(aggregateId, { fromVersion: version, toVersion: version }))
    found.push(...commits);
  return found;
};
