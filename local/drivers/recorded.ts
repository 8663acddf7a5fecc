import type { Properties } from "../engine/values.ts";
import { arnOf, type Cloud } from "./cloud.ts";
import { type Driver, putDriver, type Resource } from "./driver.ts";
import { ec2Id, uuidFrom } from "./ids.ts";
import { text } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

/** A resource that is written down with outputs of the right form, and does nothing. */
const recorded = (
  outputsOf: (cloud: Cloud, resource: Resource, id: string) => { id: string; outputs: Properties },
): Driver =>
  putDriver({
    simulated: false,
    put: (cloud, resource, saved) => {
      // Ids that are derived from the automatic name stay what they were.
      const made = outputsOf(cloud, resource, resource.autoName);
      return { id: saved?.id ?? made.id, outputs: { ...made.outputs, tagsAll: tagsOf(resource) } };
    },
  });

/** Any other type: id and name are Pulumi's automatic name, the ARN has the service's and resource's name from the type. */
export const plausible = recorded((cloud, { type, inputs, autoName }) => {
  const [, module = "", kind = ""] = /^\w+:([\w-]+)\/(\w+):/.exec(type) ?? [];
  const name = text(inputs, "name") ?? autoName;
  return { id: name, outputs: { name, arn: arnOf(cloud, module, `${kind}/${name}`) } };
});

export const kmsKey = recorded((cloud, { autoName }) => {
  const keyId = uuidFrom(autoName);
  return { id: keyId, outputs: { keyId, arn: arnOf(cloud, "kms", `key/${keyId}`) } };
});

export const kmsAlias = recorded((cloud, { inputs, autoName }) => {
  const name = text(inputs, "name") ?? `alias/${autoName}`;
  const target = text(inputs, "targetKeyId") ?? "";
  return {
    id: name,
    outputs: {
      name,
      arn: arnOf(cloud, "kms", name),
      targetKeyArn: target.startsWith("arn:") ? target : arnOf(cloud, "kms", `key/${target}`),
    },
  };
});

/** An EC2 resource, whose id has a prefix of its own and which has no name. */
export const ec2 = (prefix: string, arnKind: string): Driver =>
  recorded((cloud, { autoName, inputs }) => {
    const id = ec2Id(prefix, autoName);
    return {
      id,
      outputs: {
        arn: arnOf(cloud, "ec2", `${arnKind}/${id}`),
        ownerId: cloud.accountId,
        ...(prefix === "sg" && inputs["name"] === undefined ? { name: autoName } : {}),
      },
    };
  });

const ZONES = 3;

/** `awsx.ec2.Vpc`: a component of a plugin, so that the engine answers with all it would have built. */
export const awsxVpc = recorded((_cloud, { autoName }) => {
  const subnets = (kind: string) =>
    Array.from({ length: ZONES }, (_, zone) => ec2Id("subnet", `${autoName}/${kind}/${zone}`));
  const vpcId = ec2Id("vpc", autoName);
  return {
    id: vpcId,
    outputs: {
      vpcId,
      privateSubnetIds: subnets("private"),
      publicSubnetIds: subnets("public"),
      isolatedSubnetIds: subnets("isolated"),
      internetGateway: null,
      natGateways: [],
      eips: [],
      routeTables: [],
      routes: [],
      routeTableAssociations: [],
      subnets: [],
      vpcEndpoints: [],
    },
  };
});
