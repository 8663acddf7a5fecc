import type { AccessTable } from "../call.ts";
import { asList, one } from "./arns.ts";

const BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  CreateBucket: "CreateBucket",
  DeleteBucket: "DeleteBucket",
  DeleteBucketLifecycle: "PutLifecycleConfiguration",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  HeadBucket: "ListBucket",
  ListObjectsV2: "ListBucket",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
};

const OBJECT_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  AbortMultipartUpload: ["AbortMultipartUpload"],
  CompleteMultipartUpload: ["PutObject"],
  CreateMultipartUpload: ["PutObject"],
  DeleteObject: ["DeleteObject"],
  DeleteObjects: ["DeleteObject"],
  GetObject: ["GetObject"],
  GetObjectAttributes: ["GetObject", "GetObjectAttributes"],
  HeadObject: ["GetObject"],
  PutObject: ["PutObject"],
  UploadPart: ["PutObject"],
};

export const s3Access: AccessTable = ({ action, input }) => {
  const bucket = `arn:aws:s3:::${String(input["Bucket"])}`;
  const ofBucket = BUCKET_ACTIONS[action];
  if (ofBucket !== undefined) return one(`s3:${ofBucket}`, bucket, { "s3:prefix": String(input["Prefix"] ?? "") });
  const ofObject = OBJECT_ACTIONS[action];
  if (ofObject !== undefined) {
    const source = input["CopySource"];
    return [
      ...ofObject.flatMap((name) =>
        asList(input["Keys"]).flatMap((key) => one(`s3:${name}`, `${bucket}/${String(key)}`)),
      ),
      ...(source === undefined ? [] : one("s3:GetObject", `arn:aws:s3:::${String(source)}`)),
    ];
  }
  return action === "ListBuckets" ? one("s3:ListAllMyBuckets", "*") : undefined;
};
