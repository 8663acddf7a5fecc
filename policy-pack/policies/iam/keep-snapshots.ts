import { stackPolicy } from "../../define.ts";
import { documentsOf } from "../../graph/documents.ts";
import { allows } from "../../graph/permissions.ts";
import { indexOf } from "../../graph/resources.ts";
import { isSnapshots } from "../../tables.ts";
import { TABLE } from "../../types.ts";

/** A snapshot is put once, if absent; its removal is the TTL's. */
const CHANGES = ["dynamodb:UpdateItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"];

export const keepSnapshots = stackPolicy({
  name: "nexus-iam-role-keep-snapshots",
  description: "No role may change a snapshot: it is made once and is removed by its time to live.",
  severity: "high",
  remediationSteps:
    "Give access by SnapshotManager.grantRead(); it alone writes. What concerns other tables belongs in a policy of its own, as it cannot be told apart in a preview.",
  source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html",
  validateStack: ({ resources }, report) => {
    for (const { holder, names, statements } of documentsOf(indexOf(resources))) {
      if (!names.some(({ type, props }) => type === TABLE && isSnapshots(props))) continue;
      const open = CHANGES.filter((action) => allows(statements, action));
      if (open.length > 0)
        report(`${holder.name} names snapshots and allows ${open.join(", ")}. Take that away.`, holder.urn);
    }
  },
});
