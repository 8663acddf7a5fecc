import type { DomainArgs } from "@pulumi/aws/opensearch/domain.js";
import { resourcePolicy } from "../../define.ts";
import { fsbp } from "../../frameworks.ts";
import { isProduction, PRODUCTION_ONLY } from "../../production.ts";
import { DOMAIN } from "../../types.ts";
import { known, ofType } from "../../validation.ts";

export const requireVpc = resourcePolicy({
  name: "nexus-opensearch-domain-require-vpc",
  description: "In production the search domain has no address outside the service's network.",
  severity: "critical",
  configSchema: PRODUCTION_ONLY,
  framework: fsbp("Opensearch.2", "Domains are not publicly accessible"),
  tags: ["CKV_AWS_137"],
  remediationSteps: "Set vpcOptions; ReadModel does when it is given a Network.",
  source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html",
  validateResource: ofType<DomainArgs>(DOMAIN, (domain, report, args) => {
    if (isProduction(args, args.urn) && known(() => domain.vpcOptions) === undefined)
      report("The domain stands in the internet. Set vpcOptions to the subnets of the service.");
  }),
});
