import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { isEventLog } from "../../event-log.ts";
import { covers, type Statement, statementsOf } from "../../statements.ts";

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

export const denyEventChanges: StackValidationPolicy = {
  name: "nexus-iam-role-deny-event-changes",
  description: "No role that reaches an event log may change or remove what is in it, whatever else it is allowed.",
  severity: "critical",
  enforcementLevel: "mandatory",
  remediationSteps:
    "Give access by EventStore.grantAppend() or grantRead(): both deny UpdateItem, DeleteItem, BatchWriteItem and PartiQL.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
  validateStack: ({ resources }, report) => {
    for (const policy of resources) {
      if (policy.type !== "aws:iam/rolePolicy:RolePolicy" && policy.type !== "aws:iam/policy:Policy") continue;
      if (!dependsOnEventLog(policy)) continue;
      const statements = statementsOf(() => policy.props["policy"]);
      const open = allowsItems(statements) ? CHANGES.filter((action) => !isDenied(statements, action)) : [];
      if (open.length > 0)
        report(
          `${policy.name} reaches an event log and does not deny ${open.join(", ")}. Give access by EventStore.grantAppend() or grantRead().`,
          policy.urn,
        );
    }
  },
};

/** By dependency, as the table's ARN is unknown in a preview. */
const dependsOnEventLog = ({ propertyDependencies }: PolicyResource): boolean =>
  (propertyDependencies["policy"] ?? []).some(
    ({ type, props }) => type === "aws:dynamodb/table:Table" && isEventLog(props),
  );

const allowsItems = (statements: readonly Statement[]): boolean =>
  statements.some(
    ({ effect, actions }) =>
      effect === "Allow" &&
      actions.some((action) => /^(dynamodb:|\*)/i.test(action) && !STREAM_READING.includes(action)),
  );

const isDenied = (statements: readonly Statement[], action: string): boolean =>
  statements.some(({ effect, actions }) => effect === "Deny" && actions.some((pattern) => covers(pattern, action)));
