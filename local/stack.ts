import { Boot } from "./boot.ts";
import type { LocalCloud } from "./cloud.ts";
import { openDataFolder } from "./data-folder.ts";
import { readProject } from "./engine/project.ts";
import type { LogListener } from "./engine/server.ts";
import type { UpdateProgress } from "./engine/update.ts";
import type { Properties } from "./engine/values.ts";
import { findPolicyPack } from "./policy/find-pack.ts";
import type { Violation } from "./policy/gate.ts";
import type { RunningStack } from "./running-stack.ts";
import { keepYoungGenerationsSmall } from "./young-generation.ts";

export interface StackOptions {
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
  readonly dataDirectory: string;
  /** Port of the APIs; 0 takes a free one. */
  readonly port: number;
  /** `sqlite`, or the URL of an OpenSearch. */
  readonly readModel: string;
  /** Folder of the policy pack; without it the project's, else the one of this package. */
  readonly policyPack?: string;
  readonly onEvent?: (event: StackEvent) => void;
  /** Ends the start. A stack that has started is ended by `close`. */
  readonly signal?: AbortSignal;
}

export type StackEvent =
  /** How many resources there will be: known after the preview. */
  | { readonly kind: "previewed"; readonly resources: number }
  | { readonly kind: "advisory"; readonly violation: Violation }
  | ({ readonly kind: "resource" } & UpdateProgress)
  | { readonly kind: "log"; readonly severity: Parameters<LogListener>[0]; readonly message: string }
  /** Something in the local cloud went wrong while it ran. */
  | { readonly kind: "problem"; readonly message: string };

export interface ResourceCount {
  readonly total: number;
  /** Resources that something comes of. */
  readonly simulated: number;
  /** Types that are only recorded, sorted. */
  readonly notSimulated: readonly string[];
}

export interface Stack {
  readonly running: RunningStack;
  /** Absolute path of the data folder. */
  readonly dataDirectory: string;
  /** From the call to the stack being ready. */
  readonly bootMs: number;
  readonly resources: ResourceCount;
  readonly stackOutputs: Properties;
  readonly cloud: LocalCloud;
  /** Stops taking requests, lets running invocations end, and closes every file. */
  close(): Promise<void>;
}

/**
 * Brings a stack up: preview, policy gate, update, then the mappings begin to read. The update's program loads while the
 * preview runs and the gate decides; what it would change waits for their verdict. A stack that comes up exactly as it was
 * approved last time has no need of them. Throws `InputError`, `ProgramError`, `ResourceFailure` or
 * `PolicyViolationError`; nothing is left running then, and what was realised is kept for the next start.
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const started = performance.now();
  keepYoungGenerationsSmall();
  const project = readProject(options.directory, options.stack);
  const pack = findPolicyPack(options.directory, options.policyPack);
  const folder = openDataFolder(options.dataDirectory);
  const boot = new Boot(options, project, folder, pack);
  try {
    return await boot.run(started);
  } catch (error) {
    await boot.abandon(error);
    throw error;
  }
};
