import type { PolicyArgs } from "@pulumi/aws/iam/policy.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";
import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { fsbp } from "../../frameworks.ts";
import { statementsOf } from "../../statements.ts";
import { ofType } from "../../validation.ts";

export const forbidWildcards: ResourceValidationPolicy = {
  name: "nexus-iam-role-forbid-wildcards",
  description: "A role may do what is named and nothing more.",
  severity: "critical",
  enforcementLevel: "mandatory",
  framework: fsbp("IAM.21", "Customer managed policies do not allow wildcard actions for services"),
  tags: ["CKV_AWS_62", "CKV_AWS_63"],
  remediationSteps: "Name the actions and ARNs; the components' grants do.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  validateResource: [
    ofType<RolePolicyArgs>("aws:iam/rolePolicy:RolePolicy", (inputs, report) => check(() => inputs.policy, report)),
    ofType<PolicyArgs>("aws:iam/policy:Policy", (inputs, report) => check(() => inputs.policy, report)),
  ],
};

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

/** `*`, or an ARN whose resource is nothing but a wildcard. */
const reachesAnything = (resource: string): boolean =>
  resource === "*" || /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*$/.test(resource);
