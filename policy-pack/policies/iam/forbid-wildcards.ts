import type { PolicyArgs } from "@pulumi/aws/iam/policy.js";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { ReportViolation } from "@pulumi/policy";
import { resourcePolicy } from "../../define.ts";
import { fsbp } from "../../frameworks.ts";
import { statementsOf } from "../../statements.ts";
import { POLICY, ROLE, ROLE_POLICY } from "../../types.ts";
import { known, knownItems, ofType, UNKNOWN } from "../../validation.ts";

export const forbidWildcards = resourcePolicy({
  name: "nexus-iam-role-forbid-wildcards",
  description: "A role may do what is named and nothing more.",
  severity: "critical",
  framework: fsbp("IAM.21", "Customer managed policies do not allow wildcard actions for services"),
  tags: ["CKV_AWS_62", "CKV_AWS_63"],
  remediationSteps: "Name the actions and ARNs; the components' grants do.",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  validateResource: [
    ofType<RolePolicyArgs>(ROLE_POLICY, (inputs, report) => check(() => inputs.policy, report)),
    ofType<PolicyArgs>(POLICY, (inputs, report) => check(() => inputs.policy, report)),
    ofType<RoleArgs>(ROLE, (inputs, report) => {
      const policies = known(() => inputs.inlinePolicies);
      if (policies === UNKNOWN || policies === undefined) return;
      for (const inline of knownItems(policies)) check(() => inline.policy, report);
    }),
  ],
});

/** AWS names no resource for these: they are allowed on all or not at all. */
const WITHOUT_RESOURCE = new Set([
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
]);

const check = (readPolicy: () => unknown, report: ReportViolation): void => {
  for (const { sid, effect, actions, resources } of statementsOf(readPolicy)) {
    if (effect !== "Allow") continue;
    const wide = actions.filter((action) => action.includes("*") || action.includes("?"));
    if (wide.length > 0) report(`${sid} allows ${wide.join(", ")}. Name the actions.`);
    const named = actions.filter((action) => !WITHOUT_RESOURCE.has(action));
    const anywhere = resources.filter(reachesAnything);
    if (named.length > 0 && anywhere.length > 0)
      report(`${sid} allows ${named.join(", ")} on ${anywhere.join(", ")}. Name the ARNs.`);
  }
};

const KINDS = "domain|function|key|log-group|parameter|policy|registry|role|rule|schema|secret|stream|table";

/** `*`, or an ARN that names all resources, or all of a kind; `log-group:a:*` names what is below one. */
const reachesAnything = (resource: string): boolean =>
  resource === "*" || new RegExp(`^arn:[^:]*:[^:]*:[^:]*:[^:]*:((${KINDS})[/:])?\\*$`).test(resource);
