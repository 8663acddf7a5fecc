import { arnOf } from "./cloud.ts";
import { putDriver } from "./driver.ts";
import { integer, records, requiredText, text, textRecord } from "./inputs.ts";
import { tagsOf } from "./tags.ts";

/** Lines are kept by the group's name whether it exists or not, and are trimmed by number: its retention does nothing. */
export const logGroup = putDriver({
  simulated: false,
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
