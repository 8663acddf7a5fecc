import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow, type Grant } from "./grants.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";

export interface DataKeyArgs extends ServiceArgs {
  /** Days between the order to delete the key and its end. @default 30 */
  readonly deletionWindowDays?: number;
}

/**
 * The key that encrypts all data of a service at rest: one customer managed key, rotated yearly.
 * Without it everything it encrypted is lost: it is protected unless `protect` is false.
 * @example const key = new DataKey("orders", { service, serviceModule });
 */
export class DataKey extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:DataKey";
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DataKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super(DataKey.__pulumiType, name, args, opts);
    const { service, stage, protect } = this.settings;
    const child = { parent: this };
    const accountId = aws.getCallerIdentityOutput({}, child).accountId;
    const region = aws.getRegionOutput({}, child).region;
    const partition = aws.getPartitionOutput({}, child).partition;
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `Data at rest of ${service.name} (${stage})`,
        enableKeyRotation: true,
        deletionWindowInDays: args.deletionWindowDays ?? 30,
        policy: pulumi.jsonStringify(keyPolicy(partition, accountId, region)),
      },
      { parent: this, protect },
    );
    new aws.kms.Alias(`${name}-alias`, { targetKeyId: key.keyId }, child);
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }

  /** To read and write what the key encrypts. */
  grantUse(): Grant {
    return { statements: [allow("UseDataKey", ["kms:Decrypt", "kms:GenerateDataKey"], this.arn)], environment: {} };
  }
}

/** In a key's policy the resource `*` is the key itself. */
const keyPolicy = (partition: pulumi.Input<string>, accountId: pulumi.Input<string>, region: pulumi.Input<string>) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "AccountDecidesByIam",
      Effect: "Allow",
      Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      // SNS writes to encrypted queues, CloudWatch alarms to encrypted topics.
      Sid: "ServicesDeliverEncrypted",
      Effect: "Allow",
      Principal: { Service: ["sns.amazonaws.com", "cloudwatch.amazonaws.com"] },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
    {
      Sid: "LogGroupsOfTheAccount",
      Effect: "Allow",
      Principal: { Service: pulumi.interpolate`logs.${region}.amazonaws.com` },
      Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      Resource: "*",
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:*`,
        },
      },
    },
  ],
});
