/** The managed policies of AWS that functions are usually given, as published in the AWS Managed Policy Reference. */
const actionsByPolicy: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ["*"],
  "service-role/AWSLambdaBasicExecutionRole": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  "service-role/AWSLambdaVPCAccessExecutionRole": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ],
  "service-role/AWSLambdaSQSQueueExecutionRole": [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  "service-role/AWSLambdaKinesisExecutionRole": [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
    "kinesis:SubscribeToShard",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  "service-role/AWSLambdaDynamoDBExecutionRole": [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  "service-role/AmazonAPIGatewayPushToCloudWatchLogs": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
  ],
  AWSXRayDaemonWriteAccess: [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
  ],
};

const PREFIX = "arn:aws:iam::aws:policy/";

export const isAwsManaged = (policyArn: string): boolean => policyArn.startsWith(PREFIX);

export const awsManagedPolicyNames = (): string[] => Object.keys(actionsByPolicy);

/** The document behind the ARN, or undefined when the local cloud does not have that policy. */
export const awsManagedPolicy = (policyArn: string): Record<string, unknown> | undefined => {
  const actions = actionsByPolicy[policyArn.slice(PREFIX.length)];
  if (!isAwsManaged(policyArn) || actions === undefined) return undefined;
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] };
};
