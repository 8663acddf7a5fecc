import { AwsError, type WireRequest } from "../services/contract.ts";

/** Query parameters that ask for another resource of a bucket or object than itself. */
const SUBRESOURCES = [
  "accelerate",
  "acl",
  "analytics",
  "attributes",
  "cors",
  "delete",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "lifecycle",
  "location",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "tagging",
  "torrent",
  "uploadId",
  "uploads",
  "versioning",
  "versions",
  "website",
  "renameObject",
];

/** Method, level and subresource -> operation. What is not here the local S3 does not have. */
const OPERATIONS: Readonly<Record<string, string>> = {
  "GET service": "ListBuckets",
  "PUT bucket": "CreateBucket",
  "HEAD bucket": "HeadBucket",
  "GET bucket": "ListObjectsV2",
  "DELETE bucket": "DeleteBucket",
  "POST bucket delete": "DeleteObjects",
  "GET bucket lifecycle": "GetBucketLifecycleConfiguration",
  "PUT bucket lifecycle": "PutBucketLifecycleConfiguration",
  "DELETE bucket lifecycle": "DeleteBucketLifecycle",
  "GET object": "GetObject",
  "HEAD object": "HeadObject",
  "PUT object": "PutObject",
  "DELETE object": "DeleteObject",
  "GET object attributes": "GetObjectAttributes",
  "POST object uploads": "CreateMultipartUpload",
  "PUT object uploadId": "UploadPart",
  "POST object uploadId": "CompleteMultipartUpload",
  "DELETE object uploadId": "AbortMultipartUpload",
};

/** The operation of a path-style S3 request, its bucket and key, and what else its permission depends on. */
export const decodeS3 = ({ method, path, headers, body }: WireRequest) => {
  const url = new URL(path, "http://localhost");
  const [bucket = "", ...rest] = decodeURIComponent(url.pathname).slice(1).split("/");
  const key = rest.join("/");
  const level = bucket === "" ? "service" : key === "" ? "bucket" : "object";
  const subresource = SUBRESOURCES.find((name) => url.searchParams.has(name));
  const request = [method, level, subresource].filter((part) => part !== undefined).join(" ");
  const action = OPERATIONS[request];
  if (action === undefined) throw new AwsError("NotImplemented", `The local cloud's S3 does not have ${request}.`, 501);
  const keys =
    action === "DeleteObjects"
      ? [
          ...Buffer.from(body)
            .toString()
            .matchAll(/<Key>([^<]*)<\/Key>/g),
        ].map((match) => match[1] ?? "")
      : [key];
  const source = headers["x-amz-copy-source"];
  return {
    action,
    input: {
      Bucket: bucket,
      Keys: keys,
      Prefix: url.searchParams.get("prefix") ?? "",
      ...(source === undefined
        ? {}
        : { CopySource: decodeURIComponent(source).replace(/^\//, "").replace(/\?.*$/, "") }),
    },
  };
};
