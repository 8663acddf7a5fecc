/** What the AWS provider computes for a resource, as far as programs use it: made of its name, so that it reads well. */
export const outputsOf = (
  type: string,
  name: string,
  inputs: Record<string, unknown>,
): Record<string, string | string[]> => {
  const service = /^aws:([a-z0-9]+)\//.exec(type)?.[1] ?? "none";
  const arn = (path: string, of = service) => `arn:aws:${of}:eu-west-1:000000000000:${path}`;
  const physical = String(inputs["name"] ?? name);
  switch (type) {
    case "aws:dynamodb/table:Table":
      return { name: physical, arn: arn(`table/${name}`), streamArn: arn(`table/${name}/stream/1`) };
    case "aws:kinesis/stream:Stream":
      return { name: physical, arn: arn(`stream/${name}`) };
    case "aws:s3/bucket:Bucket":
      return { bucket: name, arn: `arn:aws:s3:::${name}` };
    case "aws:sqs/queue:Queue":
      return { name: physical, arn: arn(name), url: `https://sqs.eu-west-1.amazonaws.com/000000000000/${name}` };
    case "aws:lambda/function:Function":
      return { name: physical, arn: arn(`function:${name}`), invokeArn: `arn:aws:apigateway:invoke/${name}` };
    case "aws:iam/role:Role":
      return { name: physical, arn: `arn:aws:iam::000000000000:role/${name}` };
    case "aws:cloudwatch/logGroup:LogGroup":
      return { name: physical, arn: arn(`log-group:${name}`, "logs") };
    case "aws:apigatewayv2/api:Api": {
      const scheme = inputs["protocolType"] === "WEBSOCKET" ? "wss" : "https";
      const executionArn = arn(name, "execute-api");
      return { apiEndpoint: `${scheme}://${name}.execute-api.eu-west-1.amazonaws.com`, executionArn };
    }
    case "aws:glue/registry:Registry":
      return { registryName: String(inputs["registryName"]), arn: arn(`registry/${String(inputs["registryName"])}`) };
    case "aws:opensearch/domain:Domain":
      return { arn: arn(`domain/${name}`, "es"), endpoint: `${name}.es.amazonaws.com` };
    case "aws:kms/key:Key":
      return { arn: arn(`key/${name}`), keyId: name };
    case "awsx:ec2:Vpc":
      return { vpcId: "vpc-made", privateSubnetIds: ["subnet-a", "subnet-b", "subnet-c"] };
    default:
      return { name: physical, arn: arn(name) };
  }
};
