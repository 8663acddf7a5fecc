import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { InputError } from "../engine/project.ts";
import type { Registration } from "../engine/registration.ts";
import { nameOf, typeOf } from "../engine/urn.ts";
import type { PreviewedResource, Violation } from "./analyze.ts";

export type { Violation } from "./analyze.ts";

export interface GateReport {
  readonly packName: string;
  readonly policyCount: number;
  readonly violations: readonly Violation[];
}

export type GateAnswer = GateReport | { readonly error: string };

/** The graph breaks rules that a stack must keep. Nothing was realised. */
export class PolicyViolationError extends Error {
  readonly violations: readonly Violation[];

  constructor(packName: string, violations: readonly Violation[]) {
    const lines = violations.map((violation) => `  ${describeViolation(violation)}`);
    const count = violations.length === 1 ? "1 rule is broken" : `${violations.length} rules are broken`;
    super(`policy pack ${packName}: ${count}, so nothing was started\n${lines.join("\n")}`);
    this.name = "PolicyViolationError";
    this.violations = violations;
  }
}

/** `<policy>: <type> "<name>": <message>`, on one line. */
export const describeViolation = ({ policy, urn, message }: Violation): string => {
  const resource = urn === "" ? "" : ` ${typeOf(urn)} ${JSON.stringify(nameOf(urn))}:`;
  return `${policy}:${resource} ${message.replaceAll(/\s*\n\s*/g, " ")}`;
};

export interface PolicyGate {
  /** Evaluates the graph, once. Throws an `InputError` when the pack cannot be loaded, an `Error` when a policy throws. */
  evaluate(registrations: readonly Registration[]): Promise<GateReport>;
  close(): Promise<void>;
}

/**
 * Begins to load a policy pack, in a worker thread: policies import the SDK of the whole cloud, some 100 MB that the stack
 * has no use for afterwards. `environment` is what the pack is told beside this process's own; see `policyEnvironment`.
 */
export const openPolicyGate = (directory: string, environment: Readonly<Record<string, string>> = {}): PolicyGate => {
  if (!existsSync(join(directory, "package.json")))
    throw new InputError(
      `${directory} is not a policy pack: it has no package.json; name another with --policy-pack DIR`,
    );
  const worker = new Worker(new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url), {
    workerData: directory,
    env: { ...process.env, ...environment },
    stdout: true,
  });
  const answered = new Promise<GateAnswer>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the policy gate ended without an answer")));
  });
  answered.catch(() => {});
  return {
    evaluate: async (registrations) => {
      worker.postMessage(registrations.map(previewed));
      const answer = await answered;
      if ("error" in answer) throw new InputError(`policy pack ${directory}: ${answer.error}`);
      return answer;
    },
    close: async () => {
      await worker.terminate();
    },
  };
};

const previewed = (registration: Registration): PreviewedResource => {
  const { urn, type, name, parent, inputs, dependencies, propertyDependencies, options } = registration;
  return { urn, type, name, parent, inputs, dependencies, propertyDependencies, options };
};
