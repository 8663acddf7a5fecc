import { stackPolicy } from "../../define.ts";
import { type GraphResource, indexOf } from "../../graph/resources.ts";
import { FUNCTION, MAPPING, QUEUE } from "../../types.ts";
import { known } from "../../validation.ts";

/** AWS's defaults, in seconds. */
const VISIBILITY = 30;
const TIMEOUT = 3;

export const outlastFunction = stackPolicy({
  name: "nexus-sqs-queue-outlast-function",
  description: "A queue hides a message for at least six times the timeout of the function that reads it.",
  severity: "medium",
  remediationSteps:
    "Raise visibilityTimeoutSeconds or lower the function's timeout: 30 s and 5 s fit. RuntimeFunction.readQueue refuses what does not.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
  validateStack: ({ resources }, report) => {
    const index = indexOf(resources);
    for (const mapping of index.ofType(MAPPING))
      for (const queue of index.sources(mapping, "eventSourceArn", QUEUE))
        for (const fn of index.sources(mapping, "functionName", FUNCTION)) {
          const [hidden, timeout] = [
            seconds(queue, "visibilityTimeoutSeconds", VISIBILITY),
            seconds(fn, "timeout", TIMEOUT),
          ];
          if (hidden < 6 * timeout)
            report(
              `${queue.name} hides a message for ${hidden} s, and ${fn.name} may take ${timeout} s: set visibilityTimeoutSeconds to ${6 * timeout}.`,
              queue.urn,
            );
        }
  },
});

/** The number, if it is known; what is not known is not wrong. */
const seconds = ({ props }: GraphResource, property: string, fallback: number): number => {
  const value = known(() => props[property]) ?? fallback;
  return typeof value === "number" ? value : Number.NaN;
};
