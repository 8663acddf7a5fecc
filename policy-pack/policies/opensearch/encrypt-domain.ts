import type { DomainArgs } from "@pulumi/aws/opensearch/domain.js";
import { resourcePolicy } from "../../define.ts";
import { fsbp } from "../../frameworks.ts";
import { ofType } from "../../validation.ts";

export const encryptDomain = resourcePolicy({
  name: "nexus-opensearch-domain-encrypt-data",
  description: "Search domains are encrypted at rest, between their nodes, and on the way to them.",
  severity: "high",
  framework: fsbp("Opensearch.1", "Domains have encryption at rest enabled"),
  tags: ["CKV_AWS_5", "CKV_AWS_6", "CKV_AWS_83", "CKV_AWS_228"],
  remediationSteps: "Set encryptAtRest, nodeToNodeEncryption and domainEndpointOptions.enforceHttps; ReadModel does.",
  source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/encryption-at-rest.html",
  validateResource: ofType<DomainArgs>("aws:opensearch/domain:Domain", (domain, report) => {
    if (domain.encryptAtRest?.enabled !== true)
      report("The domain is not encrypted at rest. Set encryptAtRest.enabled to true.");
    if (domain.nodeToNodeEncryption?.enabled !== true)
      report("Traffic between nodes is not encrypted. Set nodeToNodeEncryption.enabled to true.");
    if (domain.domainEndpointOptions?.enforceHttps !== true)
      report("The domain answers without TLS. Set domainEndpointOptions.enforceHttps to true.");
    if (domain.domainEndpointOptions?.tlsSecurityPolicy?.startsWith("Policy-Min-TLS-1-2") !== true)
      report("The domain takes outdated TLS. Set domainEndpointOptions.tlsSecurityPolicy to a Policy-Min-TLS-1-2 one.");
  }),
});
