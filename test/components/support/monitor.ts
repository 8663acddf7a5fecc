import * as pulumi from "@pulumi/pulumi";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { outputsOf } from "./outputs.ts";

/** Marks a value as unknown on the wire, as in a preview. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export type Inputs = Record<string, unknown>;

/** A resource as the program registered it. Unknown values are `undefined`. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  readonly inputs: Inputs;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly dependencies: readonly string[];
  /** URNs that the value of an input comes from. */
  readonly propertyDependencies: Readonly<Record<string, string[]>>;
  /** The inputs as they go over the wire, with the marks of unknown and secret values. */
  readonly raw: Inputs;
}

export interface ProgramRun {
  readonly resources: readonly Registered[];
  readonly outputs: Inputs;
}

export interface ProgramOptions {
  readonly stack?: string;
  readonly preview?: boolean;
  /** Full keys, such as `nexus-blueprint:propagation`; objects are given as such. */
  readonly config?: Readonly<Record<string, unknown>>;
}

type Callback<T> = (error: Error | null, response?: T) => void;

/** The part of Pulumi's engine that a program talks to, in process. Refuses a URN that is there already. */
class RecordingMonitor {
  readonly registered = new Map<string, Registered>();
  private readonly stack: string;
  private readonly preview: boolean;

  constructor(stack: string, preview: boolean) {
    this.stack = stack;
    this.preview = preview;
  }

  registerResource(request: resources.RegisterResourceRequest, callback: Callback<resources.RegisterResourceResponse>) {
    const type = request.getType();
    const name = request.getName();
    const parentType = request.getParent().split("::")[2];
    const chain = parentType === undefined || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
    const urn = `urn:pulumi:${this.stack}::nexus-blueprint::${chain}::${name}`;
    if (this.registered.has(urn)) return callback(new Error(`Duplicate resource URN ${urn}`));
    const raw = request.getObject()?.toJavaScript() ?? {};
    const inputs = plain(raw) as Inputs;
    this.registered.set(urn, {
      urn,
      type,
      name,
      custom: request.getCustom(),
      parent: request.getParent(),
      inputs,
      protect: request.getProtect() === true,
      ignoreChanges: request.getIgnorechangesList(),
      dependencies: request.getDependenciesList(),
      propertyDependencies: Object.fromEntries(
        [...request.getPropertydependenciesMap().entries()].map(([key, value]) => [key, value.getUrnsList()]),
      ),
      raw: raw as Inputs,
    });
    const response = new resources.RegisterResourceResponse();
    response.setUrn(urn);
    const computed = request.getCustom() || request.getRemote() ? outputsOf(type, name, inputs) : {};
    if (this.preview) {
      const unknown = Object.fromEntries(Object.keys(computed).map((key) => [key, UNKNOWN]));
      response.setObject(structs.Struct.fromJavaScript({ ...unknown, ...raw } as never));
    } else {
      response.setId(request.getCustom() ? `${name}-id` : "");
      response.setObject(structs.Struct.fromJavaScript({ ...computed, ...raw } as never));
    }
    callback(null, response);
  }

  registerResourceOutputs(_request: unknown, callback: Callback<unknown>) {
    callback(null, {});
  }

  invoke(request: resources.ResourceInvokeRequest, callback: Callback<resources.ResourceInvokeResponse>) {
    const answer = INVOKES[request.getTok()];
    if (answer === undefined) return callback(new Error(`unexpected invoke ${request.getTok()}`));
    const response = new resources.ResourceInvokeResponse();
    response.setReturn(structs.Struct.fromJavaScript(answer));
    callback(null, response);
  }

  getDeploymentInfo(_request: unknown, callback: Callback<resources.DeploymentInfo>) {
    const features = resources.ResourceMonitorFeature;
    const info = new resources.DeploymentInfo();
    info.setSupportedfeaturesList([
      features.RESOURCE_MONITOR_FEATURE_SECRETS,
      features.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    ]);
    callback(null, info);
  }

  close() {}
}

const INVOKES: Record<string, Record<string, string>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "000000000000", arn: "arn:aws:iam::000000000000:root" },
  "aws:index/getRegion:getRegion": { region: "eu-west-1" },
  "aws:index/getPartition:getPartition": { partition: "aws" },
};

/** The values inside their envelopes; of an unknown one, nothing. */
const plain = (value: unknown): unknown => {
  if (value === UNKNOWN) return undefined;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Inputs;
  if (object[SIGNATURE] === SECRET) return plain(object["value"]);
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, plain(inner)]));
};

/** Runs a Pulumi program in this process and gives back everything it registered. */
export const runProgram = async (
  program: () => Promise<Inputs | undefined>,
  { stack = "dev", preview = false, config = {} }: ProgramOptions = {},
): Promise<ProgramRun> => {
  const monitor = new RecordingMonitor(stack, preview);
  const entries = Object.entries({ "aws:region": "eu-west-1", ...config });
  pulumi.runtime.setMockOptions(monitor, "nexus-blueprint", stack, preview, "test");
  pulumi.runtime.setAllConfig(
    Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])),
  );
  const outputs = await pulumi.runtime.runInPulumiStack(program);
  await pulumi.runtime.disconnect();
  return { resources: [...monitor.registered.values()], outputs: await resolved(outputs) };
};

const resolved = (outputs: unknown): Promise<Inputs> =>
  new Promise((resolve) => {
    pulumi.output(outputs as Inputs).apply((values) => resolve(values as Inputs));
  });
