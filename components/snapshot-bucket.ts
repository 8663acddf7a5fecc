import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { denyPlaintext, policyDocument } from "./grants.ts";
import type { ServiceSettings } from "./service-component.ts";

/** A private, encrypted bucket whose objects end after so many days. */
export const snapshotBucket = (
  name: string,
  days: number,
  { key }: ServiceSettings,
  parent: pulumi.Resource,
): aws.s3.Bucket => {
  const child = { parent };
  const made = new aws.s3.Bucket(name, {}, child);
  const { bucket } = made;
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      bucket,
      rules: [
        {
          applyServerSideEncryptionByDefault:
            key === undefined ? { sseAlgorithm: "AES256" } : { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
          bucketKeyEnabled: true,
        },
      ],
    },
    child,
  );
  new aws.s3.BucketPublicAccessBlock(
    `${name}-access`,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    child,
  );
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    {
      bucket,
      rules: [
        {
          id: "expire",
          status: "Enabled",
          filter: {},
          expiration: { days },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    child,
  );
  new aws.s3.BucketPolicy(
    `${name}-policy`,
    { bucket, policy: policyDocument([denyPlaintext(["s3:*"], pulumi.interpolate`${made.arn}/*`)]) },
    child,
  );
  return made;
};
