import type { DomainArgs } from "@pulumi/aws/opensearch/domain.js";
import type { DomainPolicyArgs } from "@pulumi/aws/opensearch/domainPolicy.js";
import type { ReportViolation } from "@pulumi/policy";
import { resourcePolicy } from "../../define.ts";
import { statementsOf } from "../../statements.ts";
import { ofType } from "../../validation.ts";

export const forbidPublicAccess = resourcePolicy({
  name: "nexus-opensearch-domain-forbid-public-access",
  description: "No search domain is open to everybody.",
  severity: "critical",
  remediationSteps: "Leave accessPolicies out, so that IAM decides, or name principals in it.",
  source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html",
  validateResource: [
    ofType<DomainArgs>("aws:opensearch/domain:Domain", (domain, report) => check(() => domain.accessPolicies, report)),
    ofType<DomainPolicyArgs>("aws:opensearch/domainPolicy:DomainPolicy", (policy, report) =>
      check(() => policy.accessPolicies, report),
    ),
  ],
});

const check = (readPolicy: () => unknown, report: ReportViolation): void => {
  for (const { sid, effect, principals, hasCondition } of statementsOf(readPolicy))
    if (effect === "Allow" && principals.includes("*") && !hasCondition)
      report(`${sid} opens the domain to everybody. Name the principals, or leave accessPolicies out.`);
};
