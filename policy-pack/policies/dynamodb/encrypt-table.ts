import type { TableArgs } from "@pulumi/aws/dynamodb/table.js";
import { resourcePolicy } from "../../define.ts";
import { ofType } from "../../validation.ts";

export const encryptTable = resourcePolicy({
  name: "nexus-dynamodb-table-encrypt-items",
  description: "Tables are encrypted with a key in KMS.",
  severity: "high",
  remediationSteps:
    "Set serverSideEncryption.enabled to true; the service's own key is serverSideEncryption.kmsKeyArn.",
  source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html",
  validateResource: ofType<TableArgs>("aws:dynamodb/table:Table", (table, report) => {
    if (table.serverSideEncryption?.enabled !== true)
      report("The table is not encrypted with a key in KMS. Set serverSideEncryption.enabled to true.");
  }),
});
