import { api, integration, route, stage } from "./apigatewayv2.ts";
import { logGroup, metricAlarm } from "./cloudwatch.ts";
import type { Driver } from "./driver.ts";
import { table } from "./dynamodb.ts";
import { registry, schema } from "./glue.ts";
import {
  accessKey,
  policy,
  role,
  rolePolicy,
  rolePolicyAttachment,
  user,
  userPolicy,
  userPolicyAttachment,
} from "./iam.ts";
import { stream, streamConsumer } from "./kinesis.ts";
import { eventSourceMapping, lambdaFunction, permission } from "./lambda.ts";
import { domain } from "./opensearch.ts";
import { awsxVpc, ec2, kmsAlias, kmsKey, plausible } from "./recorded.ts";
import { bucket, bucketPolicy } from "./s3.ts";
import { schedule } from "./scheduler.ts";
import { topic, topicPolicy, topicSubscription } from "./sns.ts";
import { queue, queuePolicy, redriveAllowPolicy, redrivePolicy } from "./sqs.ts";

const DRIVERS: Readonly<Record<string, Driver>> = {
  "aws:apigatewayv2/api:Api": api,
  "aws:apigatewayv2/integration:Integration": integration,
  "aws:apigatewayv2/route:Route": route,
  "aws:apigatewayv2/stage:Stage": stage,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:dynamodb/table:Table": table,
  "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/subnet:Subnet": ec2("subnet", "subnet"),
  "aws:ec2/vpc:Vpc": ec2("vpc", "vpc"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpce", "vpc-endpoint"),
  "aws:glue/registry:Registry": registry,
  "aws:glue/schema:Schema": schema,
  "aws:iam/accessKey:AccessKey": accessKey,
  "aws:iam/policy:Policy": policy,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:iam/user:User": user,
  "aws:iam/userPolicy:UserPolicy": userPolicy,
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": userPolicyAttachment,
  "aws:kinesis/stream:Stream": stream,
  "aws:kinesis/streamConsumer:StreamConsumer": streamConsumer,
  "aws:kms/alias:Alias": kmsAlias,
  "aws:kms/key:Key": kmsKey,
  "aws:lambda/eventSourceMapping:EventSourceMapping": eventSourceMapping,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/permission:Permission": permission,
  "aws:opensearch/domain:Domain": domain,
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketPolicy:BucketPolicy": bucketPolicy,
  "aws:scheduler/schedule:Schedule": schedule,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": queuePolicy,
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": redriveAllowPolicy,
  "aws:sqs/redrivePolicy:RedrivePolicy": redrivePolicy,
  "awsx:ec2:Vpc": awsxVpc,
};

/** The driver of a resource type. A type that has none is recorded with plausible outputs. */
export const driverOf = (type: string): Driver => DRIVERS[type] ?? plausible;

/** Whether something comes of resources of this type that behaves as on AWS. */
export const isSimulated = (type: string): boolean => driverOf(type).simulated ?? true;
