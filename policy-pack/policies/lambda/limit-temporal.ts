import { stackPolicy } from "../../define.ts";
import { linksOf } from "../../graph/links.ts";
import { type GraphResource, indexOf } from "../../graph/resources.ts";
import { callersOf } from "../../graph/sides.ts";
import { FUNCTION } from "../../types.ts";
import { known, UNKNOWN } from "../../validation.ts";

const MOST_A_MINUTE = 10;

export const limitTemporal = stackPolicy({
  name: "nexus-lambda-function-limit-temporal",
  description: "Temporal queries, of the past of an aggregate and of ranges of time, are limited for every client.",
  severity: "high",
  configSchema: { properties: { maximumPerMinute: { type: "integer", default: MOST_A_MINUTE } } },
  remediationSteps:
    "Set TEMPORAL_RATE_PER_MINUTE to a whole number from 1 to the limit, and RATE_LIMITS_TABLE_NAME to the table that counts over all instances, in the environment of the function behind the route.",
  source:
    "https://docs.aws.amazon.com/wellarchitected/latest/framework/rel_mitigate_interaction_failure_throttle_requests.html",
  validateStack: (args, report) => {
    const { maximumPerMinute = MOST_A_MINUTE } = args.getConfig<{ maximumPerMinute?: number }>();
    const index = indexOf(args.resources);
    const links = linksOf(index);
    for (const fn of index.ofType(FUNCTION).filter((one) => callersOf(one, links).temporal)) {
      const rate = variable(fn, "TEMPORAL_RATE_PER_MINUTE");
      const perMinute = rate === UNKNOWN ? Number.NaN : Number(rate);
      // A limit that a preview cannot know is a limit that nobody can review.
      if (!Number.isInteger(perMinute) || perMinute < 1 || perMinute > maximumPerMinute)
        report(
          `${fn.name} answers temporal queries at ${rate === UNKNOWN ? "an unknown rate" : `TEMPORAL_RATE_PER_MINUTE ${String(rate)}`}. Set it to 1 to ${maximumPerMinute}.`,
          fn.urn,
        );
      if (variable(fn, "RATE_LIMITS_TABLE_NAME") === undefined)
        report(`${fn.name} counts temporal queries nowhere. Set RATE_LIMITS_TABLE_NAME.`, fn.urn);
    }
  },
});

const variable = ({ props }: GraphResource, key: string): unknown =>
  known(() => {
    const variables = (props["environment"] as { variables?: Record<string, unknown> } | undefined)?.variables;
    return variables?.[key];
  });
