import type { PolicyComplianceFramework } from "@pulumi/policy";

/** A control of AWS Foundational Security Best Practices. */
export const fsbp = (control: string, specification: string): PolicyComplianceFramework => ({
  name: "AWS Foundational Security Best Practices",
  version: "1.0.0",
  reference: control,
  specification,
});

/** A control that Security Hub has, but not as one of the Foundational Security Best Practices. */
export const securityHub = (control: string, specification: string): PolicyComplianceFramework => ({
  name: "AWS Security Hub",
  version: "1.0.0",
  reference: control,
  specification,
});
