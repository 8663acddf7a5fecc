import { type Statement, statementsOf } from "../statements.ts";
import { FUNCTION, POLICY, ROLE, ROLE_POLICY } from "../types.ts";
import { known, knownItems, UNKNOWN } from "../validation.ts";
import type { GraphResource, ResourceIndex } from "./resources.ts";

/** A policy document and whom it concerns. */
export interface PolicyDocument {
  /** The resource that holds it. */
  readonly holder: GraphResource;
  readonly statements: readonly Statement[];
  /** Resources of the program that its text is made of: in a preview the only trace of its ARNs. */
  readonly names: readonly GraphResource[];
  /** Functions that act under it. */
  readonly functions: readonly GraphResource[];
}

/** Every identity policy of the program: inline, of a role itself, or managed and attached. */
export const documentsOf = (index: ResourceIndex): readonly PolicyDocument[] => {
  const functionsOf = (roles: readonly GraphResource[]): readonly GraphResource[] => {
    const urns = new Set(roles.map(({ urn }) => urn));
    return index.ofType(FUNCTION).filter((fn) => (fn.sources["role"] ?? []).some((urn) => urns.has(urn)));
  };
  const inline = index.ofType(ROLE_POLICY).map((holder) => ({
    holder,
    statements: statementsOf(() => holder.props["policy"]),
    names: index.sources(holder, "policy"),
    functions: functionsOf(index.sources(holder, "role", ROLE)),
  }));
  const managed = index.ofType(POLICY).map((holder) => ({
    holder,
    statements: statementsOf(() => holder.props["policy"]),
    names: index.sources(holder, "policy"),
    functions: functionsOf(attachedTo(index, holder)),
  }));
  const own = index.ofType(ROLE).flatMap((holder) =>
    inlinePoliciesOf(holder).map((policy) => ({
      holder,
      statements: statementsOf(policy),
      names: index.sources(holder, "inlinePolicies"),
      functions: functionsOf([holder]),
    })),
  );
  return [...inline, ...managed, ...own];
};

const ATTACHMENTS = ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/policyAttachment:PolicyAttachment"];

const attachedTo = (index: ResourceIndex, policy: GraphResource): readonly GraphResource[] => {
  const names = (holder: GraphResource, property: string): boolean =>
    index.sources(holder, property).some(({ urn }) => urn === policy.urn);
  return [
    ...index
      .ofType(...ATTACHMENTS)
      .filter((attachment) => names(attachment, "policyArn"))
      .flatMap((attachment) => [
        ...index.sources(attachment, "role", ROLE),
        ...index.sources(attachment, "roles", ROLE),
      ]),
    ...index.ofType(ROLE).filter((role) => names(role, "managedPolicyArns")),
  ];
};

const inlinePoliciesOf = (role: GraphResource): (() => unknown)[] => {
  const list = known(() => role.props["inlinePolicies"]);
  if (list === UNKNOWN || !Array.isArray(list)) return [];
  return knownItems<{ policy?: unknown }>(list).map((item) => () => item.policy);
};
