import { stackPolicy } from "../../define.ts";
import { documentsOf } from "../../graph/documents.ts";
import { linksOf } from "../../graph/links.ts";
import { allows } from "../../graph/permissions.ts";
import { type GraphResource, indexOf } from "../../graph/resources.ts";
import { sidesOf } from "../../graph/sides.ts";
import { isEventLog } from "../../tables.ts";
import { FUNCTION, GLUE_REGISTRY, TABLE } from "../../types.ts";

export const validateEvents = stackPolicy({
  name: "nexus-lambda-function-validate-events",
  description: "Whoever puts events into a log or onto the bus holds them against the registered schemas.",
  severity: "critical",
  remediationSteps: "Give the function SchemaRegistry.grantValidate(): the registry's name and the right to read it.",
  source: "https://docs.aws.amazon.com/glue/latest/dg/schema-registry-integrations.html",
  validateStack: ({ resources }, report) => {
    const index = indexOf(resources);
    const links = linksOf(index);
    const sides = sidesOf(index, links);
    const produces = (fn: GraphResource): boolean =>
      links.some(
        ({ from, to, verb }) =>
          from === fn &&
          ((verb === "writes" && to.type === TABLE && isEventLog(to.props)) ||
            (verb === "sends" && sides.get(to) === "bus")),
      );
    const documents = documentsOf(index);
    for (const fn of index.ofType(FUNCTION).filter(produces)) {
      const own = documents.filter(({ functions }) => functions.includes(fn)).flatMap(({ statements }) => statements);
      if (index.sources(fn, "environment", GLUE_REGISTRY).length === 0)
        report(
          `${fn.name} produces events and does not know the registry. Add SchemaRegistry.grantValidate().`,
          fn.urn,
        );
      else if (!allows(own, "glue:GetSchemaVersion"))
        report(
          `${fn.name} produces events and may not read their schemas. Add SchemaRegistry.grantValidate().`,
          fn.urn,
        );
    }
  },
});
