import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Policies, PolicyPackArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import type { AnalyzeRequest, AnalyzeResponse, AnalyzeStackRequest } from "@pulumi/pulumi/proto/analyzer_pb.js";
import { deferTypeScript } from "../engine/sdk-shortcuts.ts";

export interface Analyzer {
  readonly packName: string;
  readonly policyCount: number;
  analyze(request: AnalyzeRequest): Promise<AnalyzeResponse>;
  analyzeStack(request: AnalyzeStackRequest): Promise<AnalyzeResponse>;
}

type Rpc<Request> = (
  call: { readonly request: Request },
  callback: (error: unknown, response?: AnalyzeResponse) => void,
) => void;
type MakeRpc<Request> = (pack: string, version: string, level: string | undefined, policies: Policies) => Rpc<Request>;

/** The part of `@pulumi/policy/server` used here. The SDK marks it internal, so its types are not published. */
interface PolicyServer {
  serve: (name: string, version: string, level: string | undefined, args: PolicyPackArgs, config?: PackConfig) => void;
  readonly makeAnalyzeRpcFun: MakeRpc<AnalyzeRequest>;
  readonly makeAnalyzeStackRpcFun: MakeRpc<AnalyzeStackRequest>;
}

type AnyPolicy = ResourceValidationPolicy | StackValidationPolicy;
type PackConfig = Readonly<Record<string, unknown>>;

/**
 * Loads a policy pack as it is, and evaluates with the SDK's own functions, without the server between: `new PolicyPack()`
 * hands its policies over instead of serving them. Changes the process's idea of its working directory, which the SDK reads
 * the pack's version from, so it belongs in a worker of its own.
 */
export const loadPack = async (directory: string): Promise<Analyzer> => {
  const require = createRequire(join(directory, "package.json"));
  deferTypeScript(require);
  const server = require("@pulumi/policy/server") as PolicyServer;
  const loaded = new Promise<Analyzer>((resolve) => {
    server.serve = (name, version, level, args, config = {}) => {
      const policies = args.policies.map((policy) => withConfig(policy, config[policy.name]));
      resolve({
        packName: name,
        policyCount: policies.length,
        analyze: promised(server.makeAnalyzeRpcFun(name, version, level, policies)),
        analyzeStack: promised(server.makeAnalyzeStackRpcFun(name, version, level, policies)),
      });
    };
  });
  process.cwd = () => directory;
  const { main } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as { main?: string };
  await import(pathToFileURL(join(directory, main ?? "index.js")).href);
  const nothing = new Promise<never>((_resolve, reject) => {
    setImmediate(() => reject(new Error(`${main ?? "index.js"} makes no PolicyPack`)));
  });
  return Promise.race([loaded, nothing]);
};

const promised =
  <Request>(rpc: Rpc<Request>) =>
  (request: Request): Promise<AnalyzeResponse> =>
    new Promise((resolve, reject) => {
      rpc({ request }, (error, response) => {
        if (response === undefined) reject(error instanceof Error ? error : new Error(String(error)));
        else resolve(response);
      });
    });

/** Gives a policy its configuration: the schema's defaults under the pack's own. On AWS the engine does this, not the pack. */
const withConfig = (policy: Policies[number], given: unknown): AnyPolicy => {
  const settings = typeof given === "object" && given !== null ? given : {};
  const defaults = Object.entries(policy.configSchema?.properties ?? {}).flatMap(([key, schema]) =>
    typeof schema === "object" && schema.default !== undefined ? [[key, schema.default]] : [],
  );
  const level = typeof given === "string" ? given : (settings as { enforcementLevel?: string }).enforcementLevel;
  const config = { ...Object.fromEntries(defaults), ...settings };
  const configured = { ...policy, ...(level === undefined ? {} : { enforcementLevel: level }) } as AnyPolicy;
  if (Object.keys(config).length === 0) return configured;
  const wrap = <Args extends object, Rest extends unknown[], Result>(
    validate: (args: Args, ...rest: Rest) => Result,
  ): typeof validate =>
    // The function's own members hold the resource type it is for.
    Object.assign((args: Args, ...rest: Rest) => validate({ ...args, getConfig: () => config }, ...rest), validate);
  if ("validateStack" in configured) return { ...configured, validateStack: wrap(configured.validateStack) };
  const { validateResource } = configured;
  if (validateResource === undefined) return configured;
  return {
    ...configured,
    validateResource: Array.isArray(validateResource)
      ? validateResource.map((one) => wrap(one))
      : wrap(validateResource),
  };
};
