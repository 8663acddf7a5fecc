import { arnOf } from "./cloud.ts";
import { putDriver } from "./driver.ts";
import { integer, records, requiredText, text, textRecord } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

export const logGroup = putDriver({
  replaceOnChangeOf: ["name", "namePrefix", "logGroupClass"],
  put: (cloud, resource, saved) => {
    const name = saved?.id ?? text(resource.inputs, "name") ?? resource.autoName;
    return {
      id: name,
      outputs: { name, arn: arnOf(cloud, "logs", `log-group:${name}`), tagsAll: tagsOf(resource) },
    };
  },
});

export const metricAlarm = putDriver({
  replaceOnChangeOf: ["name"],
  put: (cloud, resource, saved) => {
    const { inputs } = resource;
    if (records(inputs, "metricQueries").length > 0)
      throw new Error("metricQueries are not simulated locally; an alarm takes one metric with a fixed threshold");
    const name = saved?.id ?? text(inputs, "name") ?? resource.autoName;
    const datapointsToAlarm = integer(inputs, "datapointsToAlarm");
    cloud.cloudwatch.putAlarm({
      name,
      namespace: requiredText(inputs, "namespace"),
      metricName: requiredText(inputs, "metricName"),
      dimensions: textRecord(inputs, "dimensions"),
      statistic: text(inputs, "statistic") ?? requiredText(inputs, "extendedStatistic"),
      periodSeconds: integer(inputs, "period") ?? 60,
      evaluationPeriods: integer(inputs, "evaluationPeriods") ?? 1,
      ...(datapointsToAlarm === undefined ? {} : { datapointsToAlarm }),
      threshold: Number(inputs["threshold"]),
      comparisonOperator: requiredText(inputs, "comparisonOperator"),
      treatMissingData: text(inputs, "treatMissingData") ?? "missing",
    });
    return { id: name, outputs: { name, arn: arnOf(cloud, "cloudwatch", `alarm:${name}`), tagsAll: tagsOf(resource) } };
  },
  delete: (cloud, saved) => cloud.cloudwatch.deleteAlarm(saved.id),
});
