import * as pulumi from "@pulumi/pulumi";

/**
 * A stack that cannot be described: a config key, a component's argument or the service module is wrong.
 * Pulumi shows the message of a `RunError` alone, without a stack trace. By shape a `NexusError`.
 */
export class ConfigurationError extends pulumi.RunError {
  readonly code = "NEXUS_CONFIGURATION_INVALID";
  readonly family = "configuration";
  readonly retryable = false;
  readonly context: Readonly<Record<string, unknown>> = {};
}
