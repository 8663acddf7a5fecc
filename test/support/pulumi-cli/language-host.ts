// A Node.js language host for the real Pulumi CLI: what `pulumi-language-nodejs` does for `preview` with a policy pack.
// The CLI starts it with the engine's address and reads the port it serves on from the first line of its output.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type handleServerStreamingCall, type handleUnaryCall, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { servePolicyProxy } from "./policy-proxy.ts";

const engineAddress = process.argv.at(-1) ?? "";

/** The program's own SDK, found from where its entry really lies: the project may be linked. */
const launcher = (directory: string, entry: string, name: "run" | "run-policy-pack"): string =>
  createRequire(realpathSync(join(directory, entry))).resolve(`@pulumi/pulumi/cmd/${name}`);

const pluginInfo: handleUnaryCall<unknown, InstanceType<typeof plugin.PluginInfo>> = (_call, answer) => {
  const info = new plugin.PluginInfo();
  info.setVersion("1.0.0");
  answer(null, info);
};

const run: handleUnaryCall<InstanceType<typeof language.RunRequest>, InstanceType<typeof language.RunResponse>> = (
  { request },
  answer,
) => {
  const directory = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const child = spawn(
    process.execPath,
    [
      launcher(directory, request.getInfo()?.getEntryPoint() ?? "", "run"),
      `--monitor=${request.getMonitorAddress()}`,
      `--engine=${engineAddress}`,
      `--project=${request.getProject()}`,
      `--stack=${request.getStack()}`,
      `--organization=${request.getOrganization()}`,
      `--parallel=${request.getParallel()}`,
      `--pwd=${request.getPwd()}`,
      ...(request.getDryrun() ? ["--dry-run"] : []),
      request.getInfo()?.getEntryPoint() || ".",
    ],
    {
      cwd: request.getPwd(),
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
    },
  );
  child.on("close", (code) => {
    const response = new language.RunResponse();
    if (code !== 0) response.setError(`the program exited with code ${code}`);
    answer(null, response);
  });
};

const runPlugin: handleServerStreamingCall<
  InstanceType<typeof language.RunPluginRequest>,
  InstanceType<typeof language.RunPluginResponse>
> = (call) => {
  const { request } = call;
  const directory = request.getInfo()?.getProgramDirectory() ?? request.getProgram();
  const send = (fill: (response: InstanceType<typeof language.RunPluginResponse>) => void): void => {
    const response = new language.RunPluginResponse();
    fill(response);
    call.write(response);
  };
  const start = async (environment: Readonly<Record<string, string>>): Promise<number> => {
    const child = spawn(
      process.execPath,
      [launcher(directory, "package.json", "run-policy-pack"), engineAddress, directory],
      {
        cwd: directory,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          ...Object.fromEntries(request.getEnvList().map((pair) => pair.split(/=(.*)/s, 2))),
          ...environment,
        },
      },
    );
    child.stderr.on("data", (chunk: Buffer) => send((response) => response.setStderr(chunk)));
    child.on("close", (code) => {
      send((response) => response.setExitcode(code ?? 1));
      call.end();
    });
    call.on("cancelled", () => child.kill());
    const ended = once(child, "close").then(() => Promise.reject(new Error("the policy pack did not start")));
    const [firstLine] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
    return Number(firstLine);
  };
  servePolicyProxy(start).then(
    (proxy) => {
      call.on("cancelled", () => proxy.close());
      send((response) => response.setStdout(Buffer.from(`${proxy.port}\n`)));
    },
    (error: Error) => call.destroy(error),
  );
};

const handlers: Record<string, unknown> = {
  getPluginInfo: pluginInfo,
  getRequiredPlugins: (_call: unknown, answer: (error: null, response: unknown) => void) =>
    answer(null, new language.GetRequiredPluginsResponse()),
  getRequiredPackages: (_call: unknown, answer: (error: null, response: unknown) => void) =>
    answer(null, new language.GetRequiredPackagesResponse()),
  run,
  runPlugin,
};
const refuse = (name: string) => (_call: unknown, answer: (error: object) => void) =>
  answer({ code: status.UNIMPLEMENTED, details: name });

const server = new Server();
server.addService(
  LanguageRuntimeService,
  Object.fromEntries(
    Object.keys(LanguageRuntimeService).map((name) => [name, handlers[name] ?? refuse(name)]),
  ) as unknown as Parameters<Server["addService"]>[1],
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
