import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  DynamoDbService,
  FunctionConfig,
  KinesisService,
  LogLine,
  MessagingService,
} from "../../../../local/services/contract.ts";
import {
  type LambdaLimits,
  type LambdaOptions,
  type LocalLambda,
  openLambda,
} from "../../../../local/services/lambda/index.ts";

export const ARN = "arn:aws:lambda:eu-west-1:000000000000:function";

const unexpected = async (...args: unknown[]): Promise<never> => {
  throw new Error(`unexpected call ${JSON.stringify(args)}`);
};
const nothing = {
  call: unexpected,
  forward: unexpected,
  onRecords: () => () => {},
  onMessage: () => () => {},
  close: async () => {},
};

export interface TestLambda {
  readonly lambda: LocalLambda;
  readonly logs: LogLine[];
  readonly folder: string;
  /** Registers a function from the source of its `index.mjs`. */
  put(source: string, config?: Partial<FunctionConfig>): Promise<void>;
  dispose(): Promise<void>;
}

export interface TestLambdaOptions extends Partial<Omit<LambdaOptions, "limits">> {
  readonly folder?: string;
  readonly limits?: Partial<LambdaLimits>;
}

export const temporaryFolder = (): { folder: string; remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-lambda-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** A Lambda service in a folder of its own, with services around it that fail when they are called. */
export const testLambda = (options: TestLambdaOptions = {}): TestLambda => {
  const { folder = temporaryFolder().folder, ...overrides } = options;
  const logs: LogLine[] = [];
  const lambda = openLambda({
    file: join(folder, "lambda.db"),
    region: "eu-west-1",
    endpointUrl: () => "http://127.0.0.1:4566",
    credentialsFor: (roleArn, session) => ({
      accessKeyId: `AKIA-${session}`,
      secretAccessKey: roleArn,
      sessionToken: "token",
    }),
    extraEnvironment: { EXTRA: "of the stack" },
    logs: { write: (line) => logs.push(line) },
    dynamodb: nothing satisfies DynamoDbService,
    kinesis: nothing satisfies KinesisService,
    messaging: nothing satisfies MessagingService,
    authorizeSource: () => ({ allowed: true, reason: "" }),
    ...overrides,
    limits: { asyncRetryDelaysMs: [1, 1], streamRetryDelayMs: () => 1, closeGraceMs: 200, ...options.limits },
  });
  let versions = 0;
  return {
    lambda,
    logs,
    folder,
    async put(source, config = {}) {
      versions += 1;
      const codeDirectory = mkdtempSync(join(folder, "code-"));
      writeFileSync(join(codeDirectory, "index.mjs"), source);
      const name = config.name ?? "probe";
      await lambda.putFunction({
        name,
        arn: `${ARN}:${name}`,
        codeDirectory,
        codeHash: String(versions),
        handler: "index.handler",
        runtime: "nodejs24.x",
        timeoutSeconds: 5,
        memoryMegabytes: 128,
        environment: {},
        roleArn: "arn:aws:iam::000000000000:role/probe",
        logGroupName: `/aws/lambda/${name}`,
        ...config,
      });
    },
    async dispose() {
      await lambda.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
