import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup.js";
import { resourcePolicy } from "../../define.ts";
import { ofType } from "../../validation.ts";

export const limitRetention = resourcePolicy({
  name: "nexus-logs-group-limit-retention",
  description: "Logs are kept for a set time and not for ever.",
  severity: "medium",
  tags: ["CKV_AWS_66"],
  remediationSteps: "Set retentionInDays to a number of days; the components' logRetentionDays does.",
  source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
  validateResource: ofType<LogGroupArgs>("aws:cloudwatch/logGroup:LogGroup", (group, report) => {
    // 0 is AWS's way to say for ever.
    if ((group.retentionInDays ?? 0) === 0) report("The log is kept for ever. Set retentionInDays.");
  }),
});
