// The CLI tells a policy pack its stack and config by a call; Node.js packs look for them in their environment. Pulumi's
// own language host stands between: it starts the pack once it knows what to put there, and passes all else on.
import { Client, credentials, type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";

type Raw = handleUnaryCall<Buffer, Buffer>;

const raw = (bytes: Buffer): Buffer => bytes;

/** Serves an analyzer before there is one. `start` makes it from its environment and gives back its port. */
export const servePolicyProxy = async (
  start: (environment: Readonly<Record<string, string>>) => Promise<number>,
): Promise<{ readonly port: number; close(): void }> => {
  let pack: Promise<Client> | undefined;
  const open = (environment: Readonly<Record<string, string>>): Promise<Client> => {
    pack ??= start(environment).then((port) => new Client(`127.0.0.1:${port}`, credentials.createInsecure(), LIMITS));
    return pack;
  };
  const passOn =
    (path: string): Raw =>
    ({ request }, answer) => {
      open({}).then(
        (client) =>
          client.makeUnaryRequest(path, raw, raw, request, (error, response) => answer(error, response ?? null)),
        (error: Error) => answer(error),
      );
    };
  const configure: Raw = ({ request }, answer) => {
    const told = analyzer.AnalyzerStackConfigureRequest.deserializeBinary(request);
    const environment = {
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(told.getConfigMap().toArray())),
      PULUMI_NODEJS_PROJECT: told.getProject(),
      PULUMI_NODEJS_STACK: told.getStack(),
      PULUMI_NODEJS_DRY_RUN: String(told.getDryRun()),
    };
    open(environment).then(
      () => answer(null, Buffer.from(new analyzer.AnalyzerStackConfigureResponse().serializeBinary())),
      (error: Error) => answer(error),
    );
  };
  const shakeHands: Raw = (_call, answer) =>
    answer(null, Buffer.from(new analyzer.AnalyzerHandshakeResponse().serializeBinary()));
  const own: Record<string, Raw> = { configureStack: configure, handshake: shakeHands };
  const server = new Server(LIMITS);
  const methods = Object.entries(AnalyzerService as unknown as Record<string, { readonly path: string }>);
  server.addService(
    Object.fromEntries(
      methods.map(([name, method]) => [
        name,
        {
          ...{ path: method.path, requestStream: false, responseStream: false },
          ...{ requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw },
        },
      ]),
    ),
    Object.fromEntries(methods.map(([name, { path }]) => [name, own[name] ?? passOn(path)])),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
};

const LIMITS = { "grpc.max_receive_message_length": 64 << 20 };
