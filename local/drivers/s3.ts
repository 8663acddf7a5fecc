import { putDriver } from "./driver.ts";
import { documentText, requiredText, text, tolerating } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

export const bucket = putDriver({
  replaceOnChangeOf: ["bucket", "bucketPrefix"],
  put: async (cloud, resource, saved) => {
    const name = saved?.id ?? text(resource.inputs, "bucket") ?? resource.autoName;
    if (saved === undefined)
      await tolerating(["BucketAlreadyOwnedByYou", "BucketAlreadyExists"], () =>
        cloud.messaging.call("s3", "CreateBucket", { Bucket: name }),
      );
    return {
      id: name,
      outputs: {
        bucket: name,
        arn: `arn:aws:s3:::${name}`,
        region: cloud.region,
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${name}.s3.${cloud.region}.amazonaws.com`,
        tagsAll: tagsOf(resource),
      },
    };
  },
  delete: (cloud, saved) =>
    tolerating(["NoSuchBucket"], () => cloud.messaging.call("s3", "DeleteBucket", { Bucket: saved.id })),
});

export const bucketPolicy = putDriver({
  replaceOnChangeOf: ["bucket"],
  put: (cloud, { inputs }) => {
    const name = requiredText(inputs, "bucket");
    cloud.iam.putResourcePolicy(`arn:aws:s3:::${name}`, documentText(inputs, "policy"));
    return { id: name, outputs: {} };
  },
  delete: (cloud, saved) => cloud.iam.putResourcePolicy(`arn:aws:s3:::${saved.id}`, undefined),
});
