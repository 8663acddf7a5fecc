import type { EventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping.js";
import { resourcePolicy } from "../../define.ts";
import { readsStream } from "../../event-source.ts";
import { MAPPING } from "../../types.ts";
import { ofType } from "../../validation.ts";

export const readWholeStream = resourcePolicy({
  name: "nexus-lambda-mapping-read-whole-stream",
  description: "A consumer of a stream reads it from its beginning.",
  severity: "high",
  remediationSteps: "Set startingPosition to TRIM_HORIZON; RuntimeFunction.readStream does.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html",
  validateResource: ofType<EventSourceMappingArgs>(MAPPING, (mapping, report) => {
    if (readsStream(mapping) && mapping.startingPosition !== "TRIM_HORIZON")
      report(`Starting at ${mapping.startingPosition} can skip records. Set startingPosition to TRIM_HORIZON.`);
  }),
});
