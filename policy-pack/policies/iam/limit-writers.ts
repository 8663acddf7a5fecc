import { stackPolicy } from "../../define.ts";
import { documentsOf } from "../../graph/documents.ts";
import { linksOf } from "../../graph/links.ts";
import { permissionsOf } from "../../graph/permissions.ts";
import { indexOf } from "../../graph/resources.ts";
import { callersOf } from "../../graph/sides.ts";
import { isEventLog } from "../../tables.ts";
import { TABLE } from "../../types.ts";

export const limitWriters = stackPolicy({
  name: "nexus-iam-role-limit-writers",
  description: "Only declared writers may put events into a log: the functions that a command route leads to.",
  severity: "critical",
  configSchema: { properties: { writers: { type: "array", items: { type: "string" }, default: [] } } },
  remediationSteps:
    "Let the function send a command instead, or give it EventStore.grantRead(). A writer of another kind is declared by the name of its function (or of its policy, if no function has it) in the policy's setting `writers`. What concerns other tables belongs in a policy of its own, as it cannot be told apart in a preview.",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  validateStack: (args, report) => {
    const { writers = [] } = args.getConfig<{ writers?: readonly string[] }>();
    const index = indexOf(args.resources);
    const links = linksOf(index);
    for (const document of documentsOf(index)) {
      const log = permissionsOf(document, index).find(
        ({ to, verb }) => verb === "writes" && to.type === TABLE && isEventLog(to.props),
      )?.to;
      if (log === undefined) continue;
      const { functions, holder } = document;
      for (const writer of functions.length > 0 ? functions : [holder])
        if (!writers.includes(writer.name) && !callersOf(writer, links).commands)
          report(
            `${writer.name} may write to ${log.name} by ${holder.name}, and no command route leads to it.`,
            holder.urn,
          );
    }
  },
});
