import { join } from "node:path";
import { digestOf, folderOf } from "../engine/archive.ts";
import { isArchive, type Properties } from "../engine/values.ts";
import type { FunctionConfig } from "../services/contract.ts";
import { arnOf, type Cloud } from "./cloud.ts";
import { putDriver, type Resource } from "./driver.ts";
import { uuidFrom } from "./ids.ts";
import { compact, flag, integer, record, records, requiredText, text, textRecord, texts } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MEGABYTES = 128;

const codeOf = (cloud: Cloud, { inputs }: Resource, name: string) => {
  const { code } = inputs;
  if (!isArchive(code))
    throw new Error("code must be an archive of the bundle's folder; images and S3 objects do not run locally");
  const hash = digestOf(code, cloud.workingDirectory);
  return {
    codeHash: hash,
    codeDirectory: folderOf(code, cloud.workingDirectory, join(cloud.filesDirectory, "functions", `${name}-${hash}`)),
  };
};

const configOf = (cloud: Cloud, resource: Resource, name: string): FunctionConfig => {
  const { inputs } = resource;
  const reserved = integer(inputs, "reservedConcurrentExecutions");
  const deadLetterArn = text(record(inputs, "deadLetterConfig"), "targetArn");
  return {
    name,
    arn: arnOf(cloud, "lambda", `function:${name}`),
    ...codeOf(cloud, resource, name),
    handler: requiredText(inputs, "handler"),
    runtime: requiredText(inputs, "runtime"),
    timeoutSeconds: integer(inputs, "timeout") ?? DEFAULT_TIMEOUT_SECONDS,
    memoryMegabytes: integer(inputs, "memorySize") ?? DEFAULT_MEMORY_MEGABYTES,
    environment: textRecord(record(inputs, "environment"), "variables"),
    roleArn: requiredText(inputs, "role"),
    logGroupName: text(record(inputs, "loggingConfig"), "logGroup") ?? `/aws/lambda/${name}`,
    // The provider's "no reservation" is -1.
    ...(reserved === undefined || reserved < 0 ? {} : { reservedConcurrency: reserved }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
};

export const lambdaFunction = putDriver({
  replaceOnChangeOf: ["name", "packageType"],
  put: async (cloud, resource, saved) => {
    const name = saved?.id ?? text(resource.inputs, "name") ?? resource.autoName;
    const config = configOf(cloud, resource, name);
    await cloud.lambda.putFunction(config);
    const base64Hash = Buffer.from(config.codeHash, "hex").toString("base64");
    return {
      id: name,
      outputs: {
        name,
        arn: config.arn,
        qualifiedArn: `${config.arn}:$LATEST`,
        invokeArn: invokeArn(cloud, config.arn),
        qualifiedInvokeArn: invokeArn(cloud, `${config.arn}:$LATEST`),
        version: "$LATEST",
        codeSha256: base64Hash,
        sourceCodeHash: base64Hash,
        tagsAll: tagsOf(resource),
      },
    };
  },
  delete: (cloud, saved) => cloud.lambda.deleteFunction(saved.id),
});

const invokeArn = (cloud: Cloud, functionArn: string): string =>
  `arn:aws:apigateway:${cloud.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

export const eventSourceMapping = putDriver({
  replaceOnChangeOf: ["eventSourceArn", "startingPosition", "startingPositionTimestamp"],
  put: async (cloud, resource, saved) => {
    const { inputs } = resource;
    const uuid = saved?.id ?? uuidFrom(resource.autoName);
    const functionName = requiredText(inputs, "functionName").split(":function:").at(-1) ?? "";
    const functionArn = arnOf(cloud, "lambda", `function:${functionName}`);
    const filters = records(record(inputs, "filterCriteria"), "filters").map((filter) =>
      requiredText(filter, "pattern"),
    );
    const responseTypes = texts(inputs, "functionResponseTypes");
    await cloud.lambda.putEventSourceMapping({
      uuid,
      functionName,
      eventSourceArn: requiredText(inputs, "eventSourceArn"),
      enabled: flag(inputs, "enabled") ?? true,
      ...(filters.length > 0 ? { filters } : {}),
      ...(responseTypes.length > 0 ? { functionResponseTypes: responseTypes } : {}),
      ...optionalSettings(inputs),
    });
    const arn = arnOf(cloud, "lambda", `event-source-mapping:${uuid}`);
    return { id: uuid, outputs: { uuid, arn, functionArn, state: "Enabled", tagsAll: tagsOf(resource) } };
  },
  delete: (cloud, saved) => cloud.lambda.deleteEventSourceMapping(saved.id),
});

/** What Pulumi and the mapping name alike, and what lies deeper in the provider's inputs. */
const optionalSettings = (inputs: Properties): Record<string, unknown> =>
  compact({
    batchSize: integer(inputs, "batchSize"),
    maximumBatchingWindowInSeconds: integer(inputs, "maximumBatchingWindowInSeconds"),
    startingPosition: text(inputs, "startingPosition"),
    startingPositionTimestamp: text(inputs, "startingPositionTimestamp"),
    bisectBatchOnFunctionError: flag(inputs, "bisectBatchOnFunctionError"),
    maximumRetryAttempts: integer(inputs, "maximumRetryAttempts"),
    maximumRecordAgeInSeconds: integer(inputs, "maximumRecordAgeInSeconds"),
    parallelizationFactor: integer(inputs, "parallelizationFactor"),
    tumblingWindowInSeconds: integer(inputs, "tumblingWindowInSeconds") || undefined,
    onFailureArn: text(record(record(inputs, "destinationConfig"), "onFailure"), "destinationArn"),
    maximumConcurrency: integer(record(inputs, "scalingConfig"), "maximumConcurrency"),
  });

/** A statement of the function's resource policy. The policy is the union of all of them. */
export const permission = putDriver({
  replaceOnChangeOf: ["action", "function", "principal", "sourceArn", "sourceAccount", "statementId", "qualifier"],
  put: (cloud, { inputs, autoName }, saved) => {
    const id = saved?.id ?? text(inputs, "statementId") ?? autoName;
    const functionName = requiredText(inputs, "function").split(":function:").at(-1) ?? "";
    const functionArn = arnOf(cloud, "lambda", `function:${functionName}`);
    const principal = requiredText(inputs, "principal");
    const [sourceArn, sourceAccount] = [text(inputs, "sourceArn"), text(inputs, "sourceAccount")];
    cloud.permissions.add(functionArn, id, {
      Sid: id,
      Effect: "Allow",
      Principal: principal.endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
      Action: requiredText(inputs, "action"),
      Resource: functionArn,
      ...(sourceArn === undefined && sourceAccount === undefined
        ? {}
        : {
            Condition: compact({
              ArnLike: sourceArn === undefined ? undefined : { "aws:SourceArn": sourceArn },
              StringEquals: sourceAccount === undefined ? undefined : { "aws:SourceAccount": sourceAccount },
            }),
          }),
    });
    return { id, outputs: { statementId: id } };
  },
  delete: (cloud, saved) => {
    const functionName = requiredText(saved.inputs, "function").split(":function:").at(-1) ?? "";
    cloud.permissions.remove(arnOf(cloud, "lambda", `function:${functionName}`), saved.id);
  },
});
