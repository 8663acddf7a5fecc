import grpc from "@grpc/grpc-js";
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceProto, {
  type ReadResourceRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { decodeRegistration, inheritedAliases, wireInputs } from "./decode.ts";
import { isManaged, type Realised, type Registration, ResourceFailure } from "./registration.ts";
import { Transforms } from "./transforms.ts";
import { makeUrn, STACK_TYPE } from "./urn.ts";
import { asSecret, type Properties, plainProperties } from "./values.ts";

/** What a run does with the resources: a preview compares, an update realises. */
export interface Realiser {
  /** Called as soon as all dependencies are realised; independent resources come concurrently. */
  realise(registration: Registration): Promise<Realised>;
  /** A resource that exists outside the program (`Table.get`). */
  read(type: string, id: string, inputs: Properties): Promise<Properties>;
  /** A function of a provider, such as `aws:iam/getPolicyDocument:getPolicyDocument`. */
  invoke(token: string, args: Properties): Promise<Properties>;
}

/** What `RESOURCE_MONITOR_FEATURE_*` this monitor has. A program that needs another is told so by the SDK. */
const FEATURES = {
  secrets: "RESOURCE_MONITOR_FEATURE_SECRETS",
  resourceReferences: "RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES",
  aliasSpecs: "RESOURCE_MONITOR_FEATURE_ALIAS_SPECS",
  deletedWith: "RESOURCE_MONITOR_FEATURE_DELETED_WITH",
  transforms: "RESOURCE_MONITOR_FEATURE_TRANSFORMS",
} as const;

type Unary<Request, Response> = (request: Request) => Promise<Response>;

/** The engine's side of one run of a program: takes registrations, has them realised, answers with outputs. */
export class Monitor {
  readonly registrations = new Map<string, Registration>();
  /** The values the program exports; empty until it ended. */
  stackOutputs: Properties = {};
  readonly #transforms = new Transforms();
  readonly #realised = new Map<string, Realised>();
  readonly #stack: { readonly project: string; readonly stack: string };
  readonly #realiser: Realiser;
  readonly #onFailure: (error: Error) => void;
  #failed = false;

  constructor(
    stack: { readonly project: string; readonly stack: string },
    realiser: Realiser,
    onFailure: (error: Error) => void,
  ) {
    this.#stack = stack;
    this.#realiser = realiser;
    this.#onFailure = onFailure;
  }

  close(): void {
    this.#transforms.close();
  }

  /** The methods of the gRPC service. */
  implementation(): IResourceMonitorServer {
    const nothing = async () => new empty.Empty();
    return {
      getDeploymentInfo: this.#unary(async () =>
        new resourceProto.DeploymentInfo().setSupportedfeaturesList(
          Object.values(FEATURES).map((feature) => resourceProto.ResourceMonitorFeature[feature]),
        ),
      ),
      supportsFeature: this.#unary(async (request) =>
        new resourceProto.SupportsFeatureResponse().setHassupport(request.getId() in FEATURES),
      ),
      registerResource: this.#unary((request) => this.#register(request)),
      registerResourceOutputs: this.#unary((request) => this.#registerOutputs(request)),
      readResource: this.#unary((request) => this.#read(request)),
      invoke: this.#unary((request) => this.#invoke(request)),
      registerStackTransform: this.#unary(async (request) => {
        this.#transforms.addToStack(request);
        return new empty.Empty();
      }),
      signalAndWaitForShutdown: this.#unary(nothing),
      call: this.#unary(async (request) => this.#refuse(`the resource method ${request.getTok()}`)),
      existsResource: this.#unary(async (request) => this.#refuse(`the existence check of ${request.getType()}`)),
      registerStackInvokeTransform: this.#unary(async () => this.#refuse("an invoke transform")),
      registerResourceHook: this.#unary(async () => this.#refuse("a resource hook")),
      registerErrorHook: this.#unary(async () => this.#refuse("an error hook")),
      registerPackage: this.#unary(async (request) => this.#refuse(`the parameterized package ${request.getName()}`)),
    };
  }

  async #register(request: RegisterResourceRequest): Promise<resourceProto.RegisterResourceResponse> {
    await this.#transforms.apply(request);
    const wire = wireInputs(request);
    const registration = this.#withInheritedAliases(decodeRegistration(request, wire, this.#stack));
    const { urn } = registration;
    if (this.registrations.has(urn))
      throw new ResourceFailure(
        registration,
        `the program registers two resources with the URN ${urn}; give one of them another name`,
      );
    this.registrations.set(urn, registration);
    this.#transforms.remember(urn, request);
    const response = new resourceProto.RegisterResourceResponse().setUrn(urn);
    if (!isManaged(registration)) {
      if (registration.custom) response.setId(registration.name);
      return response.setObject(request.getObject());
    }
    const realised = await this.#realise(registration);
    this.#realised.set(urn, realised);
    if (realised.id !== undefined) response.setId(realised.id);
    return response.setObject(toStruct(echo(wire, realised.outputs, registration.options.additionalSecretOutputs)));
  }

  async #realise(registration: Registration): Promise<Realised> {
    try {
      return await this.#realiser.realise(registration);
    } catch (error) {
      if (error instanceof ResourceFailure) throw error;
      throw new ResourceFailure(registration, error instanceof Error ? error.message : String(error), error);
    }
  }

  #withInheritedAliases(registration: Registration): Registration {
    const parentAliases = this.registrations.get(registration.parent)?.options.aliases ?? [];
    if (parentAliases.length === 0) return registration;
    const aliases = [...registration.options.aliases, ...inheritedAliases(registration, parentAliases, this.#stack)];
    return { ...registration, options: { ...registration.options, aliases } };
  }

  async #registerOutputs(request: RegisterResourceOutputsRequest): Promise<empty.Empty> {
    const registration = this.registrations.get(request.getUrn());
    if (registration === undefined) throw new Error(`outputs of an unknown resource: ${request.getUrn()}`);
    if (registration.type === STACK_TYPE)
      this.stackOutputs = plainProperties((request.getOutputs()?.toJavaScript() ?? {}) as Properties);
    return new empty.Empty();
  }

  async #read(request: ReadResourceRequest): Promise<resourceProto.ReadResourceResponse> {
    const wire = (request.getProperties()?.toJavaScript() ?? {}) as Properties;
    const outputs = await this.#realiser.read(request.getType(), request.getId(), plainProperties(wire));
    return new resourceProto.ReadResourceResponse()
      .setUrn(makeUrn(this.#stack, request.getParent(), request.getType(), request.getName()))
      .setProperties(toStruct(echo(wire, outputs, [])));
  }

  async #invoke(request: ResourceInvokeRequest): Promise<resourceProto.ResourceInvokeResponse> {
    const args = plainProperties((request.getArgs()?.toJavaScript() ?? {}) as Properties);
    const response = new resourceProto.ResourceInvokeResponse();
    if (request.getTok() !== "pulumi:pulumi:getResource")
      return response.setReturn(toStruct(await this.#realiser.invoke(request.getTok(), args)));
    const urn = String(args["urn"]);
    const registration = this.registrations.get(urn);
    if (registration === undefined) throw new Error(`no resource has the URN ${urn}`);
    const realised = this.#realised.get(urn);
    const state = { ...registration.inputs, ...realised?.outputs };
    return response.setReturn(toStruct({ urn, id: realised?.id ?? "", state }));
  }

  #refuse(what: string): never {
    throw new Error(`the program uses ${what}, which the local engine does not have`);
  }

  /**
   * Answers with UNAVAILABLE after the first failure. The SDK takes that as "the engine is going away" and ends quietly;
   * any other code becomes an unhandled rejection in every resource that waits for this one.
   */
  #unary<Request, Response>(method: Unary<Request, Response>): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
      const gone = { code: grpc.status.UNAVAILABLE, details: "the run has failed" };
      if (this.#failed) {
        callback(gone);
        return;
      }
      method(call.request).then(
        (response) => callback(null, response),
        (error: unknown) => {
          this.#failed = true;
          this.#onFailure(error instanceof Error ? error : new Error(String(error)));
          callback(gone);
        },
      );
    };
  }
}

const toStruct = (value: Properties): struct.Struct =>
  // Struct takes JSON only; everything here came off the wire or was made by a driver as JSON.
  struct.Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

/** Inputs as they came, overlaid with what was computed. */
const echo = (wire: Properties, outputs: Properties, secrets: readonly string[]): Properties => {
  const all: Record<string, unknown> = { ...wire };
  for (const [key, value] of Object.entries(outputs)) if (value !== undefined) all[key] = value;
  for (const key of secrets) if (key in all) all[key] = asSecret(all[key]);
  return all;
};
