import grpc from "@grpc/grpc-js";
import callbackRpc from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import callbackProto, { type Callback } from "@pulumi/pulumi/proto/callback_pb.js";
import resourceProto, { type RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";

/**
 * Resource transforms: callbacks inside the program that may change a resource before it is registered. The engine calls
 * those of the resource first, then those of its ancestors, then those of the stack.
 */
export class Transforms {
  readonly #stack: Callback[] = [];
  readonly #byUrn = new Map<string, readonly Callback[]>();
  readonly #parents = new Map<string, string>();
  readonly #clients = new Map<string, InstanceType<typeof callbackRpc.CallbacksClient>>();

  addToStack(callback: Callback): void {
    this.#stack.push(callback);
  }

  /** Remembers the transforms of a resource for its descendants. */
  remember(urn: string, request: RegisterResourceRequest): void {
    this.#parents.set(urn, request.getParent());
    if (request.getTransformsList().length > 0) this.#byUrn.set(urn, request.getTransformsList());
  }

  /** Applies every transform that concerns the request, to the request itself. */
  async apply(request: RegisterResourceRequest): Promise<void> {
    const inherited: Callback[] = [];
    for (let urn = request.getParent(); urn !== ""; urn = this.#parents.get(urn) ?? "")
      inherited.push(...(this.#byUrn.get(urn) ?? []));
    for (const callback of [...request.getTransformsList(), ...inherited, ...this.#stack])
      await this.#applyOne(callback, request);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  async #applyOne(callback: Callback, request: RegisterResourceRequest): Promise<void> {
    const before = new resourceProto.TransformResourceOptions()
      .setDependsOnList(request.getDependenciesList())
      .setProtect(request.getProtect() ?? false)
      .setIgnoreChangesList(request.getIgnorechangesList())
      .setReplaceOnChangesList(request.getReplaceonchangesList())
      .setRetainOnDelete(request.getRetainondelete() ?? false)
      .setProvider(request.getProvider())
      .setVersion(request.getVersion())
      .setAliasesList(request.getAliasesList())
      .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
    if (request.getDeletebeforereplacedefined()) before.setDeleteBeforeReplace(request.getDeletebeforereplace());
    const transform = new resourceProto.TransformRequest()
      .setType(request.getType())
      .setName(request.getName())
      .setCustom(request.getCustom())
      .setParent(request.getParent())
      .setProperties(request.getObject())
      .setOptions(before);

    const response = resourceProto.TransformResponse.deserializeBinary(
      await this.#invoke(callback, transform.serializeBinary()),
    );
    if (response.hasProperties()) request.setObject(response.getProperties());
    const after = response.getOptions();
    if (after === undefined) return;
    request.setDependenciesList(after.getDependsOnList());
    request.setProtect(after.getProtect() ?? false);
    request.setIgnorechangesList(after.getIgnoreChangesList());
    request.setReplaceonchangesList(after.getReplaceOnChangesList());
    request.setRetainondelete(after.getRetainOnDelete() ?? false);
    request.setAliasesList(after.getAliasesList());
    request.setAdditionalsecretoutputsList(after.getAdditionalSecretOutputsList());
    if (after.hasDeleteBeforeReplace())
      request.setDeletebeforereplacedefined(true).setDeletebeforereplace(after.getDeleteBeforeReplace() ?? false);
  }

  #invoke(callback: Callback, body: Uint8Array): Promise<Uint8Array> {
    const target = callback.getTarget();
    let client = this.#clients.get(target);
    if (client === undefined) {
      client = new callbackRpc.CallbacksClient(target, grpc.credentials.createInsecure());
      this.#clients.set(target, client);
    }
    const request = new callbackProto.CallbackInvokeRequest().setToken(callback.getToken()).setRequest(body);
    return new Promise((resolve, reject) => {
      client.invoke(request, (error, response) => {
        if (error !== null) reject(new Error(`a transform failed: ${error.details}`));
        else resolve(response.getResponse_asU8());
      });
    });
  }
}
