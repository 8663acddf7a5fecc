import type { Properties } from "./values.ts";

/** Where in the program a resource is constructed. */
export interface SourcePosition {
  /** Path relative to the working directory of the program where possible. */
  readonly file: string;
  readonly line: number;
}

/** A resource as the program registered it. */
export interface Registration {
  readonly urn: string;
  /** `aws:dynamodb/table:Table`. */
  readonly type: string;
  readonly name: string;
  /** False for a component of the program itself. */
  readonly custom: boolean;
  /** True for a component that a plugin builds, such as `awsx:ec2:Vpc`. */
  readonly remote: boolean;
  /** URN of the parent; empty for the stack. */
  readonly parent: string;
  readonly provider: string;
  /** Plain inputs. In a preview they may hold `UNKNOWN`. */
  readonly inputs: Properties;
  /** URNs of everything it depends on. */
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly options: RegistrationOptions;
  readonly source: SourcePosition | undefined;
}

export interface RegistrationOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** URNs under which earlier versions of the program registered it. */
  readonly aliases: readonly string[];
}

/** What a resource became. Outputs hold the computed properties only; inputs are echoed by the monitor. */
export interface Realised {
  /** Missing in a preview when it is not known yet. */
  readonly id?: string;
  readonly outputs: Properties;
}

/** A managed resource: one that a provider or plugin makes, not a component of the program and not a provider. */
export const isManaged = (registration: Pick<Registration, "custom" | "remote" | "type">): boolean =>
  (registration.custom || registration.remote) && !registration.type.startsWith("pulumi:providers:");

/** The failure of one resource; the message names it and says where the program constructs it. */
export class ResourceFailure extends Error {
  readonly registration: Registration;

  constructor(registration: Registration, message: string, cause?: unknown) {
    const { name, type, source } = registration;
    const where = source === undefined ? "" : ` (${source.file}:${source.line})`;
    super(`${type} ${JSON.stringify(name)}${where}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = "ResourceFailure";
    this.registration = registration;
  }
}
