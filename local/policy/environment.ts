import type { Project } from "../engine/project.ts";

/**
 * What the Pulumi CLI tells a policy pack in its environment, and the date, which the CLI does not tell: the pack of this
 * package judges by it whether a waiver still counts. One that is set already is taken, as in a pipeline.
 */
export const policyEnvironment = ({ name, stack, config }: Project): Readonly<Record<string, string>> => ({
  PULUMI_CONFIG: JSON.stringify(config),
  PULUMI_PROJECT: name,
  PULUMI_NODEJS_PROJECT: name,
  PULUMI_STACK: stack,
  PULUMI_NODEJS_STACK: stack,
  PULUMI_DRY_RUN: "true",
  PULUMI_NODEJS_DRY_RUN: "true",
  NEXUS_POLICY_DATE: process.env["NEXUS_POLICY_DATE"] ?? new Date().toISOString().slice(0, 10),
});
