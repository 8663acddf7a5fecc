import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "./configuration-error.ts";
import { allow, type Grant } from "./grants.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";

export interface DomainSize {
  readonly instanceType: string;
  /** Data nodes: 1, 2, or a multiple of 3, which spreads over three zones. */
  readonly instanceCount: number;
  readonly volumeGigabytes: number;
}

export interface ReadModelArgs extends ServiceArgs {
  /** @default 3 nodes of r7g.large.search with 100 GB each */
  readonly size?: DomainSize;
  /** 3 to 28 characters; a change replaces the domain. @default `<name>-<stage>` */
  readonly domainName?: string;
}

const DEFAULT_SIZE: DomainSize = { instanceType: "r7g.large.search", instanceCount: 3, volumeGigabytes: 100 };

/**
 * The store of the projections: an OpenSearch domain that nobody reaches without a signed request over TLS, and that
 * each role reaches only for the indices it has to do with.
 */
export class ReadModel extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:ReadModel";
  readonly domain: aws.opensearch.Domain;

  constructor(name: string, args: ReadModelArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ReadModel.__pulumiType, name, args, opts);
    const { stage, key, network, protect, logRetentionDays } = this.settings;
    const child = { parent: this };
    const { instanceType, instanceCount, volumeGigabytes } = args.size ?? DEFAULT_SIZE;
    const zones = Math.min(instanceCount, 3);
    const domainName = args.domainName ?? `${name}-${stage}`;
    if (!/^[a-z][a-z0-9-]{2,27}$/.test(domainName))
      throw new ConfigurationError(`domain name ${domainName}: use 3 to 28 of a-z, 0-9 and hyphens; set domainName`);
    if (instanceCount > 3 && instanceCount % 3 !== 0)
      throw new ConfigurationError(`read model of ${instanceCount} nodes: use 1, 2 or a multiple of 3 nodes`);
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-read-model-logs`,
      { retentionInDays: logRetentionDays, ...(key === undefined ? {} : { kmsKeyId: key.arn }) },
      child,
    );
    const mayLog = new aws.cloudwatch.LogResourcePolicy(
      `${name}-read-model-logs-policy`,
      {
        policyName: `${name}-${stage}-read-model`,
        policyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "es.amazonaws.com" },
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: pulumi.interpolate`${logs.arn}:*`,
            },
          ],
        },
      },
      child,
    );
    this.domain = new aws.opensearch.Domain(
      `${name}-read-model`,
      {
        domainName,
        engineVersion: "OpenSearch_2.19",
        clusterConfig: {
          instanceType,
          instanceCount,
          ...(zones > 1
            ? { zoneAwarenessEnabled: true, zoneAwarenessConfig: { availabilityZoneCount: zones } }
            : { zoneAwarenessEnabled: false }),
        },
        ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: volumeGigabytes },
        encryptAtRest: { enabled: true, ...(key === undefined ? {} : { kmsKeyId: key.arn }) },
        nodeToNodeEncryption: { enabled: true },
        domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
        logPublishingOptions: [{ logType: "ES_APPLICATION_LOGS", cloudwatchLogGroupArn: logs.arn }],
        ...(network === undefined ? {} : { vpcOptions: network.domainPlacement(zones) }),
      },
      { parent: this, protect, dependsOn: [mayLog] },
    );
    this.registerOutputs({ endpoint: this.domain.endpoint, arn: this.domain.arn });
  }

  /** To make the index of one projection and to write and read its documents. */
  grantProject(projection: string): Grant {
    const actions = ["es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"];
    return this.access([allow("WriteProjection", actions, this.indices(projection))]);
  }

  /** To search the documents of these projections. */
  grantQuery(projections: readonly string[]): Grant {
    const searches = projections.map((name) => pulumi.interpolate`${this.indices(name)}/_search`);
    return this.access(searches.length === 0 ? [] : [allow("SearchProjections", ["es:ESHttpPost"], searches)]);
  }

  /** The indices of a projection: a new one whenever its mapping changes. */
  private indices(projection: string): pulumi.Output<string> {
    return pulumi.interpolate`${this.domain.arn}/${projection}-*`;
  }

  private access(statements: Grant["statements"]): Grant {
    return { statements, environment: { READ_MODEL_URL: pulumi.interpolate`https://${this.domain.endpoint}` } };
  }
}
