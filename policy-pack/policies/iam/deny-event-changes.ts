import { stackPolicy } from "../../define.ts";
import { documentsOf } from "../../graph/documents.ts";
import { indexOf } from "../../graph/resources.ts";
import { covers, type Statement } from "../../statements.ts";
import { isEventLog } from "../../tables.ts";
import { TABLE } from "../../types.ts";

const CHANGES = [
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:PartiQLInsert",
  "dynamodb:PartiQLUpdate",
  "dynamodb:PartiQLDelete",
];

/** Following the log's stream changes nothing, and needs no denial. */
const STREAM_READING = [
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];

export const denyEventChanges = stackPolicy({
  name: "nexus-iam-role-deny-event-changes",
  description: "No role that reaches an event log may change or remove what is in it, whatever else it is allowed.",
  severity: "critical",
  remediationSteps:
    "Give access by EventStore.grantAppend() or grantRead(): both deny UpdateItem, DeleteItem, BatchWriteItem and PartiQL.",
  source:
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
  validateStack: ({ resources }, report) => {
    for (const { holder, names, statements } of documentsOf(indexOf(resources))) {
      // By what the document names, as the table's ARN is unknown in a preview.
      if (!names.some(({ type, props }) => type === TABLE && isEventLog(props))) continue;
      const open = allowsItems(statements) ? CHANGES.filter((action) => !isDenied(statements, action)) : [];
      if (open.length > 0)
        report(
          `${holder.name} reaches an event log and does not deny ${open.join(", ")}. Give access by EventStore.grantAppend() or grantRead().`,
          holder.urn,
        );
    }
  },
});

const allowsItems = (statements: readonly Statement[]): boolean =>
  statements.some(
    ({ effect, actions }) =>
      effect === "Allow" &&
      actions.some((action) => /^(dynamodb:|\*)/i.test(action) && !STREAM_READING.includes(action)),
  );

const isDenied = (statements: readonly Statement[], action: string): boolean =>
  statements.some(({ effect, actions }) => effect === "Deny" && actions.some((pattern) => covers(pattern, action)));
