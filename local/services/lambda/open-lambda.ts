import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { AwsError, type FunctionConfig, type InvocationResult, type LambdaService } from "../contract.ts";
import { sendToTarget } from "../message-target.ts";
import { openDatabase } from "../open-database.ts";
import { ASYNC_SCHEMA, AsyncInvocations, deadLetterAttributes } from "./async-invocations.ts";
import { CHECKPOINT_SCHEMA } from "./event-sources/checkpoints.ts";
import { Mappings } from "./event-sources/mappings.ts";
import { DEFAULT_LIMITS, type LambdaOptions } from "./options.ts";
import { FunctionPool } from "./pool/function-pool.ts";
import { ASYNCHRONOUS_LIMIT, encodePayload, SYNCHRONOUS_LIMIT } from "./pool/payload.ts";
import { assertEnvironment } from "./worker/environment-variables.ts";

export interface LocalLambda extends LambdaService {
  /**
   * Resolves when every mapping has caught up, the asynchronous queue is empty and nothing runs. A message that waits
   * in its queue for its visibility to run out, or for its delay, is not waited for.
   */
  idle(): Promise<void>;
  /** The function of a name or ARN. Throws `ResourceNotFoundException`. */
  describeFunction(nameOrArn: string): FunctionConfig;
}

const IDLE_CHECK_MS = 10;

/** The local Lambda: functions in worker threads, their asynchronous queue and their event source mappings. */
export const openLambda = (options: LambdaOptions): LocalLambda => {
  const { region, logs, messaging, extraEnvironment = {}, clock = Date.now } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const database = openDatabase(options.file, `${ASYNC_SCHEMA}; ${CHECKPOINT_SCHEMA}`);
  const pools = new Map<string, FunctionPool>();
  let invocations = 0;

  const poolOf = (nameOrArn: string): FunctionPool => {
    const name = functionNameOf(nameOrArn);
    const pool = name === undefined ? undefined : pools.get(name);
    if (pool !== undefined) return pool;
    const arn = nameOrArn.startsWith("arn:") ? nameOrArn : `arn:aws:lambda:${region}:*:function:${nameOrArn}`;
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  };

  const invokeJson = (nameOrArn: string, json: string, traceHeader?: string): Promise<InvocationResult> => {
    invocations += 1;
    return poolOf(nameOrArn).invoke(json, traceHeader);
  };

  const report = (functionName: string, message: string): void => {
    const logGroupName = pools.get(functionName)?.config.logGroupName ?? `/aws/lambda/${functionName}`;
    logs.write({ logGroupName, functionName, requestId: undefined, timestamp: clock(), message });
  };

  const queue = new AsyncInvocations({
    database,
    clock,
    retryDelaysMs: limits.asyncRetryDelaysMs,
    invoke: async (name, json) => invokeJson(name, json),
    async giveUp(name, json, last) {
      const target = pools.get(name)?.config.deadLetterArn;
      report(name, `asynchronous invocation given up${target === undefined ? "" : `, sent to ${target}`}`);
      if (target !== undefined) await sendToTarget(messaging, target, json, deadLetterAttributes(last));
    },
    report,
  });

  const mappings = new Mappings({
    ...options,
    database,
    limits,
    clock,
    functionOf: (nameOrArn) => poolOf(nameOrArn).config,
    invoke: async (name, json) => invokeJson(name, json),
    report,
  });

  const quiet = (): boolean => queue.size === 0 && [...pools.values()].every((pool) => pool.busy === 0);

  return {
    async putFunction(config) {
      assertFunction(config);
      const known = pools.get(config.name);
      if (known === undefined) {
        const { endpointUrl, credentialsFor, metrics, compileCacheDirectory } = options;
        const around = { region, endpointUrl, credentialsFor, extraEnvironment, compileCacheDirectory };
        pools.set(config.name, new FunctionPool(config, { ...around, logs, metrics, clock, limits }));
      } else if (JSON.stringify(known.config) !== JSON.stringify(config)) {
        await known.replace(config);
      }
    },
    async deleteFunction(name) {
      const pool = pools.get(name);
      pools.delete(name);
      await pool?.close();
    },
    describeFunction: (nameOrArn) => poolOf(nameOrArn).config,
    invoke: async (nameOrArn, payload, { traceHeader } = {}) =>
      invokeJson(nameOrArn, encodePayload(payload, SYNCHRONOUS_LIMIT), traceHeader),
    async invokeAsync(nameOrArn, payload) {
      queue.add(poolOf(nameOrArn).config.name, encodePayload(payload, ASYNCHRONOUS_LIMIT));
    },
    putEventSourceMapping: (config) => mappings.put(config),
    deleteEventSourceMapping: (uuid) => mappings.delete(uuid),
    start() {
      queue.start();
      mappings.start();
      const cold = [...pools.values()];
      const warmNext = async (): Promise<void> => {
        for (let pool = cold.shift(); pool !== undefined; pool = cold.shift()) await pool.warm();
      };
      for (let lane = 0; lane < limits.warmAtOnce; lane += 1) void warmNext();
    },
    async idle() {
      for (;;) {
        const before = invocations;
        if (quiet() && (await mappings.caughtUp()) && quiet() && invocations === before) return;
        await delay(IDLE_CHECK_MS);
      }
    },
    async close() {
      const stopped = mappings.stop();
      queue.stop();
      const running = async (): Promise<void> => {
        while ([...pools.values()].some((pool) => pool.busy > 0)) await delay(IDLE_CHECK_MS);
      };
      await Promise.race([running(), delay(limits.closeGraceMs, undefined, { ref: false })]);
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      await stopped;
      database.close();
    },
  };
};

/** The name in a name, `name:$LATEST`, or an ARN; undefined for another qualifier: there are no versions here. */
const functionNameOf = (nameOrArn: string): string | undefined => {
  const [, name, qualifier] = /^(?:arn:[^:]+:lambda:[^:]*:[^:]*:function:)?([^:]+)(?::(.+))?$/.exec(nameOrArn) ?? [];
  return qualifier === undefined || qualifier === "$LATEST" ? name : undefined;
};

const assertFunction = (config: FunctionConfig): void => {
  const refuse = (message: string): never => {
    throw new AwsError("InvalidParameterValueException", `Function ${config.name}: ${message}`);
  };
  if (!/^nodejs\d+\.x$/.test(config.runtime))
    refuse(`runtime ${config.runtime} is not simulated locally: only nodejs is`);
  if (!(config.timeoutSeconds >= 1 && config.timeoutSeconds <= 900)) refuse("timeout must be from 1 to 900 seconds");
  if (!(config.memoryMegabytes >= 128 && config.memoryMegabytes <= 10_240))
    refuse("memory must be from 128 to 10240 MB");
  if (!existsSync(config.codeDirectory)) refuse(`the unpacked code ${config.codeDirectory} does not exist`);
  assertEnvironment(config.environment);
};
