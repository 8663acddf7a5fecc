import type { TableArgs } from "@pulumi/aws/dynamodb/table.js";
import { resourcePolicy } from "../../define.ts";
import { isSnapshots } from "../../tables.ts";
import { TABLE } from "../../types.ts";
import { ofType } from "../../validation.ts";

export const expireSnapshots = resourcePolicy({
  name: "nexus-dynamodb-table-expire-snapshots",
  description: "Snapshots have a time to live: they are a cache, and nobody else removes them.",
  severity: "medium",
  remediationSteps: "Set ttl.enabled to true and ttl.attributeName to expiresAt; SnapshotManager does.",
  source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html",
  validateResource: ofType<TableArgs>(TABLE, (table, report) => {
    if (!isSnapshots(table)) return;
    if (table.ttl?.enabled !== true) report("Snapshots stay for ever. Set ttl.enabled to true.");
    else if (table.ttl.attributeName !== "expiresAt")
      report(`The time to live is read from ${table.ttl.attributeName}, which no snapshot has. Set it to expiresAt.`);
  }),
});
