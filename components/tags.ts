import type * as pulumi from "@pulumi/pulumi";

/** The types of this library that take `tags`. A test holds that each type the program registers stands here or below. */
export const TAGGABLE: ReadonlySet<string> = new Set([
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/stage:Stage",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:dynamodb/table:Table",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:glue/registry:Registry",
  "aws:glue/schema:Schema",
  "aws:iam/policy:Policy",
  "aws:iam/role:Role",
  "aws:kinesis/stream:Stream",
  "aws:kinesis/streamConsumer:StreamConsumer",
  "aws:kms/key:Key",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/function:Function",
  "aws:opensearch/domain:Domain",
  "aws:s3/bucket:Bucket",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "awsx:ec2:Vpc",
]);

/** The types of this library that AWS gives no tags. */
export const UNTAGGABLE: ReadonlySet<string> = new Set([
  "aws:apigateway/account:Account",
  "aws:apigatewayv2/integration:Integration",
  "aws:apigatewayv2/route:Route",
  "aws:appautoscaling/policy:Policy",
  "aws:appautoscaling/target:Target",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:kms/alias:Alias",
  "aws:lambda/permission:Permission",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:scheduler/schedule:Schedule",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
]);

/** A transformation that puts tags on a resource and all below it; a resource's own tags win. */
export const taggedBy =
  (tags: Readonly<Record<string, string>>): pulumi.ResourceTransformation =>
  ({ type, props, opts }) =>
    TAGGABLE.has(type) ? { props: { ...props, tags: { ...tags, ...props.tags } }, opts } : undefined;
