import { rmSync } from "node:fs";
import { join } from "node:path";
import { bundleCacheFolder } from "../components/bundle-cache.ts";
import type { DataFolder } from "./data-folder.ts";
import type { Cloud } from "./drivers/cloud.ts";
import { FunctionPermissions } from "./drivers/permissions.ts";
import { createAuthorizer, createFaults, openFront, type RuleFaults } from "./front/index.ts";
import { publishQueueDepths } from "./queue-depths.ts";
import { openApiGateway } from "./services/apigateway/index.ts";
import { type CloudWatch, openCloudWatch } from "./services/cloudwatch/index.ts";
import { ACCOUNT_ID } from "./services/contract.ts";
import { openDynamoDb } from "./services/dynamodb/index.ts";
import { openGlue } from "./services/glue/index.ts";
import { openIam } from "./services/iam/index.ts";
import { openKinesis } from "./services/kinesis/index.ts";
import { type LocalLambda, openLambda } from "./services/lambda/index.ts";
import { openMessaging } from "./services/messaging/index.ts";
import { openScheduler } from "./services/scheduler/index.ts";

export interface CloudOptions {
  readonly folder: DataFolder;
  readonly region: string;
  /** Port of the API gateway; 0 takes a free one. */
  readonly port: number;
  /** The free port to take, if it is free: a stack that comes up again then has the addresses it had. */
  readonly preferredPort?: number;
  /** `sqlite` for the embedded read model, or the URL of an OpenSearch. */
  readonly readModel: string;
  readonly workingDirectory: string;
  /** Problems of the cloud itself: a refused delivery, a failed integration, an internal failure of the front. */
  readonly onProblem?: (problem: string) => void;
}

/** The services of the local AWS, joined: what drivers make resources in, and what the stack is driven with. */
export interface LocalCloud extends Cloud {
  readonly cloudwatch: CloudWatch;
  /** The value for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly faults: RuleFaults;
  /** Resolves when every event source mapping has caught up and nothing is in flight. */
  idle(): Promise<void>;
  /** Stops taking requests, lets running invocations end, and closes every file. */
  close(): Promise<void>;
}

/**
 * Opens every service on the files of a data folder. What was acknowledged before is there again; functions and mappings
 * come when drivers put them, and read when `lambda.start()` is called.
 */
export const openCloud = async (options: CloudOptions): Promise<LocalCloud> => {
  const { folder, region, onProblem = () => {} } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const opened = <Service extends { close(): Promise<void> | void }>(service: Service): Service => {
    closers.unshift(() => service.close());
    return service;
  };
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0)) await close();
  };
  try {
    const iam = opened(openIam({ file: folder.file("iam.db") }));
    const cloudwatch = opened(openCloudWatch({ file: folder.file("logs.db") }));
    const dynamodb = opened(openDynamoDb({ file: folder.file("dynamodb.db") }));
    const kinesis = opened(openKinesis({ file: folder.file("kinesis.db") }));
    const glue = opened(openGlue({ file: folder.file("glue.db") }));
    const messaging = opened(
      await openMessaging({
        dataDir: folder.file("messaging"),
        region,
        iam,
        onRefusedDelivery: (refusal) =>
          onProblem(`${refusal.topicArn} may not send to ${refusal.queueArn}: ${refusal.reason}`),
      }),
    );
    opened(publishQueueDepths(messaging, cloudwatch));
    cloudwatch.onAlarm(({ name, state }) => {
      if (state === "ALARM") onProblem(`alarm ${name}`);
    });
    const faults = createFaults();
    let functions: LocalLambda | undefined;
    const readModelUrl = options.readModel === "sqlite" ? `sqlite:${folder.file("read-model.db")}` : options.readModel;
    // Opened before the functions and closed after them: they reach AWS through it to their last line.
    const front = opened(
      await openFront({
        port: 0,
        region,
        iam,
        services: { dynamodb, kinesis, glue, messaging },
        lambda: () => functions,
        faults,
        log: ({ failure, service, action }) => {
          if (failure !== undefined) onProblem(`${service}:${action} failed: ${String(failure)}`);
        },
      }),
    );
    const lambda = opened(
      openLambda({
        file: folder.file("lambda.db"),
        region,
        endpointUrl: () => front.endpoint,
        credentialsFor: (roleArn, sessionName) => iam.credentialsFor(roleArn, sessionName),
        extraEnvironment: { AWS_ENDPOINT_URL_OPENSEARCH: readModelUrl },
        compileCacheDirectory: join(bundleCacheFolder(options.workingDirectory), "compile"),
        logs: cloudwatch,
        metrics: cloudwatch,
        dynamodb,
        kinesis,
        messaging,
        authorizeSource: (roleArn, access) => iam.evaluate(roleArn, access),
      }),
    );
    functions = lambda;
    const scheduler = opened(
      openScheduler({
        file: folder.file("scheduler.db"),
        lambda,
        messaging,
        authorize: (roleArn, access) => iam.evaluate(roleArn, access),
      }),
    );
    const openGateway = (port: number) =>
      openApiGateway({
        port,
        region,
        file: folder.file("apigateway.db"),
        lambda,
        authorize: createAuthorizer({ iam, region }),
        allowInvoke: (access) => iam.evaluateService("apigateway.amazonaws.com", access),
        report: onProblem,
      });
    const gateway = opened(
      await openGateway(options.port || (options.preferredPort ?? 0)).catch((error: unknown) => {
        if (options.port === 0 && options.preferredPort !== undefined) return openGateway(0);
        throw error;
      }),
    );
    return {
      region,
      accountId: ACCOUNT_ID,
      filesDirectory: folder.file("files"),
      workingDirectory: options.workingDirectory,
      dynamodb,
      kinesis,
      glue,
      messaging,
      iam,
      lambda,
      gateway,
      scheduler,
      cloudwatch,
      permissions: new FunctionPermissions(iam),
      forgetReadModel: () => {
        for (const suffix of ["", "-wal", "-shm"]) rmSync(folder.file(`read-model.db${suffix}`), { force: true });
      },
      endpoint: front.endpoint,
      faults,
      idle: () => lambda.idle(),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
};
