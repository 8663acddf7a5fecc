import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * What a function is given so that it can use something: permissions and the environment keys that name it.
 * The two travel together, so that neither can be forgotten.
 */
export interface Grant {
  readonly statements: readonly aws.iam.PolicyStatement[];
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * The policy of the role that these statements stand in, beside the others of the same name; without it the common
   * one. In a preview no ARN is known, only which resources a policy names: so what is allowed on an event log, on
   * snapshots and on an event source stands apart from what is allowed on other tables and queues, and the policy pack
   * can tell who may do what.
   */
  readonly policy?: "events" | "snapshots" | "source";
}

type Resources = pulumi.Input<string> | pulumi.Input<string>[];

/**
 * Policies are handed to Pulumi as objects, never as a joined string: in a preview the ARNs are unknown, but the
 * actions stay readable to the policy pack.
 */
export const allow = (sid: string, actions: string[], resources: Resources): aws.iam.PolicyStatement => ({
  Sid: sid,
  Effect: "Allow",
  Action: actions,
  Resource: resources,
});

export const deny = (sid: string, actions: string[], resources: Resources): aws.iam.PolicyStatement => ({
  Sid: sid,
  Effect: "Deny",
  Action: actions,
  Resource: resources,
});

export const policyDocument = (statements: readonly aws.iam.PolicyStatement[]): aws.iam.PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [...statements],
});

/** Who may assume a role: one AWS service. */
export const assumableBy = (service: string): aws.iam.PolicyDocument =>
  policyDocument([{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }]);

/** The statement of a resource policy that refuses what does not come over TLS. */
export const denyPlaintext = (actions: string[], resource: pulumi.Input<string>): aws.iam.PolicyStatement => ({
  Sid: "DenyPlaintext",
  Effect: "Deny",
  Principal: "*",
  Action: actions,
  Resource: resource,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
