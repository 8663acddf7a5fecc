import * as aws from "@pulumi/aws";
// Not the whole package: its classic half takes a tenth of a second to load.
import * as awsxEc2 from "@pulumi/awsx/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "./configuration-error.ts";
import { allow, deny, type Grant } from "./grants.ts";
import { type ServiceArgs, ServiceComponent } from "./service-component.ts";

/** A VPC to make, or one that is there. */
export type VpcChoice =
  | {
      readonly vpc: "create";
      /** @default "10.0.0.0/16" */
      readonly cidrBlock?: string | undefined;
      /** @default 3 */
      readonly availabilityZones?: number;
    }
  | {
      /** It must let its private subnets reach DynamoDB, Kinesis, SNS, SQS and API Gateway. */
      readonly vpc: "existing";
      readonly vpcId: string;
      readonly privateSubnetIds: readonly string[];
    };

export type NetworkArgs = ServiceArgs & VpcChoice;

const DEFAULT_ZONES = 3;

/** What functions call through an interface endpoint. API Gateway's management of WebSockets has none: that goes over NAT. */
const INTERFACE_ENDPOINTS = ["kinesis-streams", "sns", "sqs"];

const INTERFACE_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Where functions and the search domain run: private subnets, HTTPS alone going out, the domain open to functions only.
 * @example const network = new Network("orders", { service, serviceModule, vpc: "create" });
 */
export class Network extends ServiceComponent {
  static readonly __pulumiType = "nexus:index:Network";
  readonly vpcId: pulumi.Input<string>;
  readonly privateSubnetIds: pulumi.Input<string[]>;
  private readonly subnetCount: number;
  private readonly functions: aws.ec2.SecurityGroup;
  private readonly domain: aws.ec2.SecurityGroup;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Network.__pulumiType, name, args, opts);
    if (args.vpc === "existing") {
      this.vpcId = args.vpcId;
      this.privateSubnetIds = [...args.privateSubnetIds];
      this.subnetCount = args.privateSubnetIds.length;
    } else {
      const vpc = this.createVpc(name, args);
      this.vpcId = vpc.vpcId;
      this.privateSubnetIds = vpc.privateSubnetIds;
      this.subnetCount = args.availabilityZones ?? DEFAULT_ZONES;
    }
    this.functions = this.securityGroup(`${name}-functions`, "Functions: HTTPS going out");
    this.domain = this.securityGroup(`${name}-domain`, "Search domain: HTTPS from functions");
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-functions-https`,
      {
        securityGroupId: this.functions.id,
        ...HTTPS,
        cidrIpv4: "0.0.0.0/0",
        description: "AWS services and the domain",
      },
      { parent: this },
    );
    this.allowFunctions(`${name}-domain-https`, this.domain);
    if (args.vpc === "create") this.createEndpoints(name);
    this.registerOutputs({ vpcId: this.vpcId, privateSubnetIds: this.privateSubnetIds });
  }

  /** The `vpcConfig` of a function. */
  functionPlacement() {
    return { subnetIds: this.privateSubnetIds, securityGroupIds: [this.functions.id] };
  }

  /** The `vpcOptions` of a domain that spreads over so many subnets. */
  domainPlacement(subnetCount: number) {
    if (subnetCount > this.subnetCount)
      throw new ConfigurationError(
        `a search domain over ${subnetCount} zones needs as many private subnets, but the network has ${this.subnetCount}. Give it more subnets (network.availabilityZones or network.privateSubnetIds), or the domain fewer nodes (readModel.instanceCount).`,
      );
    const subnetIds = pulumi.output(this.privateSubnetIds).apply((ids) => ids.slice(0, subnetCount));
    return { subnetIds, securityGroupIds: [this.domain.id] };
  }

  /**
   * What Lambda needs to put a function into subnets, which AWS grants through the function's own role. The code of
   * the functions is denied the same: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
   */
  grantInterfaces(functionName: string): Grant {
    // AWS names no resource for an interface that is yet to be made.
    const denial = deny("KeepVpcFromCode", INTERFACE_ACTIONS, "*");
    const code = { ArnLike: { "lambda:SourceFunctionArn": `arn:*:lambda:*:*:function:${functionName}-*` } };
    return { statements: [allow("UseVpc", INTERFACE_ACTIONS, "*"), { ...denial, Condition: code }], environment: {} };
  }

  private createVpc(name: string, args: Extract<NetworkArgs, { vpc: "create" }>): awsxEc2.Vpc {
    return new awsxEc2.Vpc(
      `${name}-vpc`,
      {
        cidrBlock: args.cidrBlock ?? "10.0.0.0/16",
        numberOfAvailabilityZones: args.availabilityZones ?? DEFAULT_ZONES,
        enableDnsHostnames: true,
        subnetStrategy: "Auto",
        natGateways: { strategy: "OnePerAz" },
        vpcEndpointStrategy: "Auto",
        vpcEndpointSpecs: ["dynamodb", "s3"].map((service) => ({
          serviceName: endpointService(service),
          vpcEndpointType: "Gateway",
        })),
      },
      { parent: this },
    );
  }

  private createEndpoints(name: string): void {
    const group = this.securityGroup(`${name}-endpoints`, "VPC endpoints: HTTPS from functions");
    this.allowFunctions(`${name}-endpoints-https`, group);
    for (const service of INTERFACE_ENDPOINTS)
      new aws.ec2.VpcEndpoint(
        `${name}-${service}-endpoint`,
        {
          vpcId: this.vpcId,
          serviceName: endpointService(service),
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: this.privateSubnetIds,
          securityGroupIds: [group.id],
        },
        { parent: this },
      );
  }

  private securityGroup(name: string, description: string): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(name, { vpcId: this.vpcId, description }, { parent: this });
  }

  private allowFunctions(name: string, group: aws.ec2.SecurityGroup): void {
    new aws.vpc.SecurityGroupIngressRule(
      name,
      { securityGroupId: group.id, ...HTTPS, referencedSecurityGroupId: this.functions.id, description: "Functions" },
      { parent: this },
    );
  }
}

const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

const endpointService = (service: string): string => {
  const region = aws.config.region;
  if (region === undefined)
    throw new ConfigurationError(
      "aws:region is missing: a VPC's endpoints are named by it. Set it with: pulumi config set aws:region eu-west-1",
    );
  return `com.amazonaws.${region}.${service}`;
};
