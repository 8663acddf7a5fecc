import type { ResourceValidation } from "@pulumi/policy";
import { resourcePolicy } from "../../define.ts";
import { isProduction, PRODUCTION_ONLY } from "../../production.ts";
import { DOMAIN, FUNCTION, QUEUE, STREAM, TABLE, TOPIC } from "../../types.ts";
import { known } from "../../validation.ts";

/** Where each kind of resource names the key of its data. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  [TABLE]: ["serverSideEncryption", "kmsKeyArn"],
  [STREAM]: ["kmsKeyId"],
  [TOPIC]: ["kmsMasterKeyId"],
  [QUEUE]: ["kmsMasterKeyId"],
  [DOMAIN]: ["encryptAtRest", "kmsKeyId"],
  [FUNCTION]: ["kmsKeyArn"],
  "aws:cloudwatch/logGroup:LogGroup": ["kmsKeyId"],
};

const checkKey: ResourceValidation = (args, report) => {
  const path = KEYS[args.type];
  if (path === undefined || !isProduction(args, args.urn)) return;
  const key = known(() =>
    path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], args.props),
  );
  // `alias/aws/...` is a key that AWS manages for everybody in the account.
  if (key === undefined || (typeof key === "string" && key.includes("alias/aws/")))
    report(`Its data is encrypted with a key that AWS manages. Set ${path.join(".")} to a key of the service's own.`);
};

export const ownKey = resourcePolicy({
  name: "nexus-kms-key-encrypt-production",
  description: "In production all data at rest is encrypted with a key of the service's own, which can be revoked.",
  severity: "high",
  configSchema: PRODUCTION_ONLY,
  tags: ["CKV_AWS_119", "CKV_AWS_158", "CKV_AWS_173", "CKV_AWS_185", "CKV_AWS_247"],
  remediationSteps:
    "Give every component the DataKey of the service; the program does when customerManagedKey is true.",
  source: "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html",
  validateResource: checkKey,
});
