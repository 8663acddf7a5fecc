import type { EventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping.js";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { MAPPING, readsStream } from "../../event-source.ts";
import { ofType } from "../../validation.ts";

export const readWholeStream: ResourceValidationPolicy = {
  name: "nexus-lambda-mapping-read-whole-stream",
  description: "A consumer of a stream reads it from its beginning.",
  severity: "high",
  enforcementLevel: "mandatory",
  remediationSteps: "Set startingPosition to TRIM_HORIZON; RuntimeFunction.readStream does.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html",
  validateResource: ofType<EventSourceMappingArgs>(MAPPING, (mapping, report) => {
    if (readsStream(mapping) && mapping.startingPosition !== "TRIM_HORIZON")
      report(`Starting at ${mapping.startingPosition} can skip records. Set startingPosition to TRIM_HORIZON.`);
  }),
};
