import { createHash } from "node:crypto";
import type { Properties } from "../engine/values.ts";
import type { Cloud } from "./cloud.ts";
import { putDriver, type Resource } from "./driver.ts";
import { documentText, records, requiredText, text } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

const iamArn = (cloud: Cloud, kind: "role" | "user" | "policy", inputs: Properties, name: string): string =>
  `arn:aws:iam::${cloud.accountId}:${kind}${text(inputs, "path") ?? "/"}${name}`;

/** The ids AWS makes: a prefix and 17 capitals and digits, here derived from the ARN. */
const uniqueId = (prefix: string, arn: string): string =>
  prefix + createHash("sha256").update(arn).digest("hex").toUpperCase().slice(0, 17);

/** The ARN of the role or user that a policy resource names, by name or by ARN. */
const identityArn = (cloud: Cloud, kind: "role" | "user", nameOrArn: string): string =>
  nameOrArn.startsWith("arn:") ? nameOrArn : `arn:aws:iam::${cloud.accountId}:${kind}/${nameOrArn}`;

const nameOf = ({ inputs, autoName }: Resource, saved: { outputs: Properties } | undefined): string =>
  saved === undefined ? (text(inputs, "name") ?? autoName) : requiredText(saved.outputs, "name");

export const role = putDriver({
  replaceOnChangeOf: ["name", "namePrefix", "path"],
  put: (cloud, resource, saved) => {
    const { inputs } = resource;
    const name = nameOf(resource, saved);
    const arn = iamArn(cloud, "role", inputs, name);
    cloud.iam.putRole({ name, arn, assumeRolePolicy: documentText(inputs, "assumeRolePolicy") });
    for (const inline of records(inputs, "inlinePolicies"))
      cloud.iam.putInlinePolicy(arn, requiredText(inline, "name"), documentText(inline, "policy"));
    for (const policy of (inputs["managedPolicyArns"] as string[] | undefined) ?? [])
      cloud.iam.attachPolicy(arn, policy);
    return {
      id: name,
      outputs: {
        name,
        arn,
        uniqueId: uniqueId("AROA", arn),
        path: text(inputs, "path") ?? "/",
        tagsAll: tagsOf(resource),
      },
    };
  },
  delete: (cloud, saved) => cloud.iam.deleteIdentity(requiredText(saved.outputs, "arn")),
});

export const user = putDriver({
  replaceOnChangeOf: ["name", "path"],
  put: (cloud, resource, saved) => {
    const name = nameOf(resource, saved);
    const arn = iamArn(cloud, "user", resource.inputs, name);
    cloud.iam.putUser({ name, arn });
    return { id: name, outputs: { name, arn, uniqueId: uniqueId("AIDA", arn), tagsAll: tagsOf(resource) } };
  },
  delete: (cloud, saved) => cloud.iam.deleteIdentity(requiredText(saved.outputs, "arn")),
});

const inlinePolicy = (kind: "role" | "user") =>
  putDriver({
    replaceOnChangeOf: ["name", "namePrefix", kind],
    put: (cloud, resource, saved) => {
      const name = nameOf(resource, saved);
      const owner = requiredText(resource.inputs, kind);
      cloud.iam.putInlinePolicy(identityArn(cloud, kind, owner), name, documentText(resource.inputs, "policy"));
      return { id: `${owner}:${name}`, outputs: { name } };
    },
    delete: (cloud, saved) =>
      cloud.iam.deleteInlinePolicy(
        identityArn(cloud, kind, requiredText(saved.inputs, kind)),
        requiredText(saved.outputs, "name"),
      ),
  });

export const rolePolicy = inlinePolicy("role");
export const userPolicy = inlinePolicy("user");

export const policy = putDriver({
  replaceOnChangeOf: ["name", "namePrefix", "path", "description"],
  put: (cloud, resource, saved) => {
    const name = nameOf(resource, saved);
    const arn = iamArn(cloud, "policy", resource.inputs, name);
    cloud.iam.putManagedPolicy(arn, documentText(resource.inputs, "policy"));
    return { id: arn, outputs: { name, arn, policyId: uniqueId("ANPA", arn), tagsAll: tagsOf(resource) } };
  },
});

const attachment = (kind: "role" | "user") =>
  putDriver({
    replaceOnChangeOf: [kind, "policyArn"],
    put: (cloud, { inputs, autoName }) => {
      const owner = requiredText(inputs, kind);
      cloud.iam.attachPolicy(identityArn(cloud, kind, owner), requiredText(inputs, "policyArn"));
      return { id: `${owner}-${autoName}`, outputs: {} };
    },
    delete: (cloud, { inputs }) =>
      cloud.iam.detachPolicy(identityArn(cloud, kind, requiredText(inputs, kind)), requiredText(inputs, "policyArn")),
  });

export const rolePolicyAttachment = attachment("role");
export const userPolicyAttachment = attachment("user");

export const accessKey = putDriver({
  replaceOnChangeOf: ["user"],
  put: (cloud, { inputs }) => {
    const credentials = cloud.iam.credentialsFor(identityArn(cloud, "user", requiredText(inputs, "user")));
    return {
      id: credentials.accessKeyId,
      outputs: { secret: credentials.secretAccessKey, status: "Active" },
    };
  },
});
