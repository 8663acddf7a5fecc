import { arnOf } from "./cloud.ts";
import { putDriver } from "./driver.ts";
import { integer, record, requiredText, text } from "./inputs.ts";

export const schedule = putDriver({
  replaceOnChangeOf: ["name", "namePrefix", "groupName"],
  put: (cloud, { inputs, autoName }, saved) => {
    const name = saved === undefined ? (text(inputs, "name") ?? autoName) : requiredText(saved.outputs, "name");
    const group = text(inputs, "groupName") ?? "default";
    const target = record(inputs, "target");
    const retry = record(target, "retryPolicy");
    const [timezone, input] = [text(inputs, "scheduleExpressionTimezone"), text(target, "input")];
    const deadLetterArn = text(record(target, "deadLetterConfig"), "arn");
    const attempts = integer(retry, "maximumRetryAttempts");
    const ageSeconds = integer(retry, "maximumEventAgeInSeconds");
    const window = text(record(inputs, "flexibleTimeWindow"), "mode") ?? "OFF";
    if (window !== "OFF") throw new Error(`the flexible time window ${window} is not simulated locally; use OFF`);
    cloud.scheduler.putSchedule({
      name,
      expression: requiredText(inputs, "scheduleExpression"),
      state: text(inputs, "state") ?? "ENABLED",
      ...(timezone === undefined ? {} : { timezone }),
      target: {
        arn: requiredText(target, "arn"),
        roleArn: requiredText(target, "roleArn"),
        ...(input === undefined ? {} : { input }),
        ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
        ...(attempts === undefined ? {} : { maximumRetryAttempts: attempts }),
        ...(ageSeconds === undefined ? {} : { maximumEventAgeInSeconds: ageSeconds }),
      },
    });
    return {
      id: `${group}/${name}`,
      outputs: { name, groupName: group, arn: arnOf(cloud, "scheduler", `schedule/${group}/${name}`) },
    };
  },
  delete: (cloud, saved) => cloud.scheduler.deleteSchedule(requiredText(saved.outputs, "name")),
});
