import type { GraphResource, ResourceIndex } from "./graph/resources.ts";
import { statementsOf } from "./statements.ts";
import { known, UNKNOWN } from "./validation.ts";

/** Whether a resource policy, of the resource itself or one attached to it, refuses what does not come over TLS. */
export const refusesPlaintext = (
  index: ResourceIndex,
  resource: GraphResource,
  attached: { readonly type: string; readonly by: string },
): boolean => {
  const holders = index
    .ofType(attached.type)
    .filter((one) => index.sources(one, attached.by).some(({ urn }) => urn === resource.urn));
  return [resource, ...holders].some((holder) => {
    if (known(() => holder.props["policy"]) === UNKNOWN) return true;
    return statementsOf(() => holder.props["policy"]).some(
      ({ effect, requiresTls }) => effect === "Deny" && requiresTls,
    );
  });
};
