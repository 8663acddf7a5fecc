import { stackPolicy } from "../../define.ts";
import { type GraphResource, indexOf, type ResourceIndex } from "../../graph/resources.ts";
import { isEventLog } from "../../tables.ts";
import { ALARM, FUNCTION, MAPPING, TABLE } from "../../types.ts";
import { known, UNKNOWN } from "../../validation.ts";

export const watchChanges = stackPolicy({
  name: "nexus-dynamodb-table-watch-changes",
  description: "A change or removal of an event raises an alarm, whoever did it and by whatever permission.",
  severity: "high",
  remediationSteps:
    "Set streamViewType to NEW_AND_OLD_IMAGES, let a router follow the stream, and alarm on the metric ImmutabilityViolations that it counts; EventStore and EventBus do.",
  source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
  validateStack: ({ resources }, report) => {
    const index = indexOf(resources);
    for (const log of index.ofType(TABLE).filter(({ props }) => isEventLog(props))) {
      if (log.props["streamEnabled"] !== true || log.props["streamViewType"] !== "NEW_AND_OLD_IMAGES")
        report(
          `The stream of ${log.name} does not tell a change from an insertion. Set streamViewType to NEW_AND_OLD_IMAGES.`,
          log.urn,
        );
      const services = followersOf(log, index).map(serviceOf);
      if (services.length === 0)
        report(`Nobody follows the stream of ${log.name}, so nobody sees a change. Add an EventBus.`, log.urn);
      else if (!index.ofType(ALARM).some((alarm) => watches(alarm, services)))
        report(`No alarm tells of ImmutabilityViolations in ${log.name}. Add the one that EventBus makes.`, log.urn);
    }
  },
});

const followersOf = (log: GraphResource, index: ResourceIndex): readonly GraphResource[] =>
  index
    .ofType(MAPPING)
    .filter((mapping) => index.sources(mapping, "eventSourceArn", TABLE).includes(log))
    .flatMap((mapping) => index.sources(mapping, "functionName", FUNCTION));

const serviceOf = ({ props }: GraphResource): unknown =>
  known(
    () => (props["environment"] as { variables?: Record<string, unknown> } | undefined)?.variables?.["SERVICE_NAME"],
  );

const watches = ({ props }: GraphResource, services: readonly unknown[]): boolean => {
  const dimensions = known(() => props["dimensions"] as Record<string, unknown> | undefined);
  const service = dimensions === UNKNOWN ? UNKNOWN : known(() => dimensions?.["service"]);
  return (
    props["metricName"] === "ImmutabilityViolations" &&
    props["actionsEnabled"] !== false &&
    (service === UNKNOWN || services.includes(UNKNOWN) || services.includes(service))
  );
};
