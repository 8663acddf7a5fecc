import type { PolicyComplianceFramework } from "@pulumi/policy";

/** A control of AWS Foundational Security Best Practices. */
export const fsbp = (control: string, specification: string): PolicyComplianceFramework => ({
  name: "AWS Foundational Security Best Practices",
  version: "1.0.0",
  reference: control,
  specification,
});
