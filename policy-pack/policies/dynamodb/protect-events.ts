import type { TableArgs } from "@pulumi/aws/dynamodb/table.js";
import { resourcePolicy } from "../../define.ts";
import { fsbp } from "../../frameworks.ts";
import { isEventLog } from "../../tables.ts";
import { ofType } from "../../validation.ts";

export const protectEvents = resourcePolicy({
  name: "nexus-dynamodb-table-protect-events",
  description: "An event log can be restored to any second and cannot be deleted by accident.",
  severity: "critical",
  framework: fsbp("DynamoDB.2", "Tables have point-in-time recovery"),
  tags: ["CKV_AWS_28"],
  remediationSteps: "Set pointInTimeRecovery.enabled and deletionProtectionEnabled to true; EventStore does.",
  source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",
  validateResource: ofType<TableArgs>("aws:dynamodb/table:Table", (table, report) => {
    if (!isEventLog(table)) return;
    if (table.pointInTimeRecovery?.enabled !== true)
      report("The event log has no point-in-time recovery. Set pointInTimeRecovery.enabled to true.");
    if (table.deletionProtectionEnabled !== true)
      report("The event log can be deleted. Set deletionProtectionEnabled to true.");
  }),
});
