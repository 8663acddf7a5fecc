import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { sha256 } from "../../runtime/adapters/node/sha256.ts";
import { verifyExport } from "../../runtime/application/history-export.ts";
import { type AuditReport, auditAgainst, auditLog } from "../../runtime/application/log-audit.ts";
import { isNexusError } from "../../runtime/kernel/errors.ts";
import type { ChainSummary, LogFinding } from "../../runtime/kernel/hash-chain.ts";
import { addLogOptions, type LogOptions, openLog } from "../client/log-source.ts";
import { badInput, failed } from "../failure.ts";

interface Options extends LogOptions {
  readonly all?: true;
  readonly export?: string;
  readonly against?: string;
  readonly json?: true;
}

/** Nothing wrong with the log yet: what holds its store append-only is not there. */
interface Unguarded {
  readonly unguarded: string;
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
  const sum = { aggregates: 0, commits: 0, faults: 0 };
  try {
    for await (const report of reports) {
      if ("unguarded" in report) {
        sum.faults += 1;
        process.stdout.write(`${options.json ? JSON.stringify({ ok: false, ...report }) : lacking(report)}\n`);
        continue;
      }
      const { summary, findings } = report;
      sum.aggregates += 1;
      sum.commits += summary.commits;
      sum.faults += findings.length;
      if (options.json)
        process.stdout.write(`${JSON.stringify({ ...summary, ok: findings.length === 0, findings })}\n`);
      else for (const finding of findings) process.stdout.write(`${describe(finding)}\n`);
    }
  } catch (error) {
    throw isNexusError(error) ? failed(error.message, error) : error;
  }
  if (sum.aggregates === 0 && options.all === undefined) throw failed(`the log has no ${aggregateId}`);
  const counted = `${sum.commits} commits of ${sum.aggregates} aggregates`;
  if (sum.faults > 0) throw failed(`${sum.faults} faults in ${counted}`);
  if (!options.json) process.stdout.write(`sound: ${counted}\n`);
};

const describe = ({ aggregateId, version, fault, detail }: LogFinding): string =>
  `${fault} ${aggregateId} version ${version}: ${detail}`;

const lacking = ({ unguarded }: Unguarded): string =>
  `unguarded: the trigger ${unguarded} is gone, or not as it was made; a service that opens the file makes those that are gone`;

async function* ofLog(aggregateId: string | undefined, options: Options): AsyncGenerator<Unguarded | AuditReport> {
  const proof = options.against === undefined ? undefined : readProof(options.against, aggregateId);
  const { events, missingGuards, close } = await openLog(options);
  try {
    for (const unguarded of missingGuards()) yield { unguarded };
    const records = events.getRecords(aggregateId);
    yield* proof === undefined ? auditLog(records, sha256) : auditAgainst(proof, records, sha256);
  } finally {
    await close();
  }
}

/** A proof proves nothing unless the commits before it lead to it. */
const readProof = (path: string, aggregateId: string | undefined): ChainSummary => {
  const { proof, findings } = readExport(path);
  const [finding] = findings;
  if (finding !== undefined) throw badInput(`--against: ${path} does not hold to its own proof: ${describe(finding)}`);
  if (proof.aggregateId !== aggregateId)
    throw badInput(`--against: the file holds the history of ${proof.aggregateId}`);
  return proof;
};

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
