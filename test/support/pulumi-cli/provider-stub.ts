// A stand-in for the provider plugins that `pulumi preview` of this project asks for: it accepts every input and knows
// the few functions the program calls. Enough for a preview, which creates nothing.
import { Server, ServerCredentials, type sendUnaryData, status } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

type Answer = sendUnaryData<unknown>;

/** Answers of the provider functions by token, such as `aws:index/getRegion:getRegion`. */
export type ProviderFunctions = Readonly<Record<string, (args: Record<string, unknown>) => Record<string, unknown>>>;

const handlersOf = (functions: ProviderFunctions): Record<string, unknown> => ({
  getPluginInfo: (_call: unknown, answer: Answer) => {
    const info = new plugin.PluginInfo();
    info.setVersion("7.48.0");
    answer(null, info);
  },
  checkConfig: ({ request }: { request: InstanceType<typeof provider.CheckRequest> }, answer: Answer) => {
    const response = new provider.CheckResponse();
    response.setInputs(request.getNews());
    answer(null, response);
  },
  diffConfig: (_call: unknown, answer: Answer) => answer(null, new provider.DiffResponse()),
  configure: (_call: unknown, answer: Answer) => {
    const response = new provider.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    response.setAcceptresources(true);
    response.setAcceptoutputs(true);
    answer(null, response);
  },
  check: ({ request }: { request: InstanceType<typeof provider.CheckRequest> }, answer: Answer) => {
    const response = new provider.CheckResponse();
    response.setInputs(request.getNews());
    answer(null, response);
  },
  diff: (_call: unknown, answer: Answer) => answer(null, new provider.DiffResponse()),
  create: ({ request }: { request: InstanceType<typeof provider.CreateRequest> }, answer: Answer) => {
    const response = new provider.CreateResponse();
    response.setProperties(request.getProperties());
    answer(null, response);
  },
  invoke: ({ request }: { request: InstanceType<typeof provider.InvokeRequest> }, answer: Answer) => {
    const known = functions[request.getTok()];
    if (known === undefined) {
      answer({ code: status.UNIMPLEMENTED, details: `the stub does not know the function ${request.getTok()}` });
      return;
    }
    const response = new provider.InvokeResponse();
    const args = (request.getArgs()?.toJavaScript() ?? {}) as Record<string, unknown>;
    response.setReturn(struct.Struct.fromJavaScript(known(args) as Parameters<typeof struct.Struct.fromJavaScript>[0]));
    answer(null, response);
  },
  cancel: (_call: unknown, answer: Answer) => answer(null, new empty.Empty()),
  attach: (_call: unknown, answer: Answer) => answer(null, new empty.Empty()),
});

/** Serves the stub; the CLI attaches to it through `PULUMI_DEBUG_PROVIDERS=aws:PORT`. */
export const serveProviderStub = async (functions: ProviderFunctions): Promise<{ port: number; close: () => void }> => {
  const handlers = handlersOf(functions);
  const refuse = (name: string) => (_call: unknown, answer: Answer) =>
    answer({ code: status.UNIMPLEMENTED, details: name });
  const server = new Server({ "grpc.max_receive_message_length": 64 << 20 });
  server.addService(
    ResourceProviderService,
    Object.fromEntries(
      Object.keys(ResourceProviderService).map((name) => [name, handlers[name] ?? refuse(name)]),
    ) as unknown as Parameters<Server["addService"]>[1],
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
};
