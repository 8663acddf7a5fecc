import { stackPolicy } from "../../define.ts";
import { indexOf } from "../../graph/resources.ts";
import { isEventLog } from "../../tables.ts";
import { GLUE_SCHEMA, SCHEMA_REGISTRY, TABLE } from "../../types.ts";
import { known, UNKNOWN } from "../../validation.ts";

const MODES = ["BACKWARD", "BACKWARD_ALL", "FULL", "FULL_ALL"];

export const registerEvents = stackPolicy({
  name: "nexus-glue-schema-register-events",
  description: "Every event type of the service has a registered schema that a later version may not break.",
  severity: "critical",
  configSchema: { properties: { modes: { type: "array", items: { type: "string" }, default: MODES } } },
  remediationSteps:
    "Register the types by SchemaRegistry, which takes them from the service, with a compatibility that lets new readers read old events.",
  source: "https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html",
  validateStack: (args, report) => {
    const { modes = MODES } = args.getConfig<{ modes?: readonly string[] }>();
    const index = indexOf(args.resources);
    const registries = index.ofType(SCHEMA_REGISTRY);
    for (const log of index.ofType(TABLE).filter(({ props }) => isEventLog(props)))
      if (registries.length === 0)
        report(`${log.name} takes events, and no SchemaRegistry says which there are. Add one.`, log.urn);
    const schemas = index.ofType(GLUE_SCHEMA);
    for (const registry of registries)
      for (const type of (registry.props["eventTypes"] as readonly string[] | undefined) ?? [])
        if (!schemas.some(({ props }) => [type, UNKNOWN].includes(known(() => props["schemaName"] as string))))
          report(`The event type ${type} has no schema in the registry. Register it by SchemaRegistry.`, registry.urn);
    for (const { name, props, urn } of schemas) {
      const mode = known(() => props["compatibility"]);
      if (mode !== UNKNOWN && !modes.includes(String(mode)))
        report(`${name} has the compatibility ${String(mode)}. Set it to one of ${modes.join(", ")}.`, urn);
    }
  },
});
