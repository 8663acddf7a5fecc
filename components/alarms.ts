import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceSettings } from "./service-component.ts";

interface AlarmArgs {
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Record<string, pulumi.Input<string>>;
  readonly statistic: "Sum" | "Maximum";
}

/** An alarm on anything above zero within a minute: for what must never happen. */
export const alarmAboveZero = (
  name: string,
  { description, ...metric }: AlarmArgs,
  settings: Pick<ServiceSettings, "alarmTopicArn">,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm =>
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: description,
      ...metric,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      period: 60,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: settings.alarmTopicArn === undefined ? [] : [settings.alarmTopicArn],
    },
    { parent },
  );
