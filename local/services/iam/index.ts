import {
  ACCOUNT_ID,
  type AccessDecision,
  type AccessRequest,
  AwsError,
  type IamService,
  type PolicyDocument,
} from "../contract.ts";
import { awsManagedPolicy, awsManagedPolicyNames, isAwsManaged } from "./aws-managed-policies.ts";
import { newCredentials, toCredentials, toPrincipal, uniqueId } from "./credentials.ts";
import { type Caller, evaluatePolicies } from "./evaluate.ts";
import { type CredentialRow, type IdentityRow, openIamStore } from "./iam-store.ts";
import { compilePolicy, type Policy } from "./policy-document.ts";
import { identityKeys, requestContext, serviceKeys } from "./request-context.ts";

interface Identity {
  readonly row: IdentityRow;
  readonly inline: Map<string, Policy>;
  readonly attached: Set<string>;
}

/** Decisions kept until a policy changes; past this many the cache starts anew. */
const DECISIONS_KEPT = 10_000;

const asText = (document: PolicyDocument): string =>
  typeof document === "string" ? document : JSON.stringify(document);

/** Objects are under the policy of their bucket. */
const policyHolder = (resourceArn: string): string =>
  resourceArn.startsWith("arn:aws:s3:::") ? resourceArn.replace(/\/.*$/s, "") : resourceArn;

const noSuchEntity = (message: string): AwsError => new AwsError("NoSuchEntity", message, 404);

export interface IamOptions {
  /** The SQLite file; `:memory:` keeps nothing. */
  readonly file: string;
  readonly clock?: () => Date;
}

/**
 * Roles, users, policies and credentials of the one local account, with a real evaluator. Not simulated: permission
 * boundaries, service control policies, session policies, tags as condition keys, key policies of KMS. A statement that
 * asks for a condition key the local cloud does not have fails closed, and the reason says so.
 */
export const openIam = ({ file, clock = () => new Date() }: IamOptions): IamService & { close(): void } => {
  const store = openIamStore(file);
  const identities = new Map<string, Identity>();
  const managed = new Map<string, Policy>();
  const resourcePolicies = new Map<string, Policy>();
  const credentials = new Map<string, CredentialRow>();
  const decisions = new Map<string, AccessDecision>();

  for (const row of store.identities()) identities.set(row.arn, { row, inline: new Map(), attached: new Set() });
  for (const row of store.inlinePolicies())
    identities.get(row.identity_arn)?.inline.set(row.name, compilePolicy(row.name, row.document, "identity"));
  for (const row of store.attachments()) identities.get(row.identity_arn)?.attached.add(row.policy_arn);
  for (const row of store.managedPolicies()) managed.set(row.arn, compilePolicy(row.arn, row.document, "identity"));
  for (const row of store.resourcePolicies())
    resourcePolicies.set(row.arn, compilePolicy(row.arn, row.document, row.kind));
  for (const row of store.credentials()) credentials.set(row.access_key_id, row);

  const identityOf = (arn: string): Identity => {
    const identity = identities.get(arn);
    if (identity === undefined) throw noSuchEntity(`The role or user with ARN ${arn} cannot be found.`);
    return identity;
  };

  const putIdentity = (kind: "role" | "user", { name, arn }: { name: string; arn: string }): void => {
    const existing = identities.get(arn);
    const row = { arn, kind, name, unique_id: existing?.row.unique_id ?? uniqueId(kind === "role" ? "AROA" : "AIDA") };
    store.putIdentity(row);
    identities.set(arn, { row, inline: existing?.inline ?? new Map(), attached: existing?.attached ?? new Set() });
  };

  const putPolicyOf = (arn: string, document: PolicyDocument | undefined, kind: "resource" | "trust"): void => {
    if (document === undefined) {
      store.deleteResourcePolicy(arn);
      resourcePolicies.delete(arn);
    } else {
      const policy = compilePolicy(`of ${arn}`, document, kind);
      store.putResourcePolicy({ arn, kind, document: asText(document) });
      resourcePolicies.set(arn, policy);
    }
    decisions.clear();
  };

  const managedPolicy = (arn: string): Policy => {
    const known = managed.get(arn);
    if (known !== undefined) return known;
    const document = awsManagedPolicy(arn);
    if (document === undefined)
      throw noSuchEntity(
        isAwsManaged(arn)
          ? `${arn} is not among the AWS managed policies of the local cloud: ${awsManagedPolicyNames().join(", ")}.`
          : `Policy ${arn} does not exist or is not attachable.`,
      );
    const policy = compilePolicy(arn, document, "identity");
    managed.set(arn, policy);
    return policy;
  };

  const policiesOf = ({ inline, attached }: Identity): Policy[] => [
    ...inline.values(),
    ...[...attached].map(managedPolicy),
  ];

  /** A decision stands until a policy changes, unless it looked at the clock. */
  const decide = (
    caller: Caller,
    own: Readonly<Record<string, string>>,
    { action, resource, context = {} }: AccessRequest,
    identityPolicies: () => Policy[],
  ): AccessDecision => {
    const name = caller.kind === "service" ? caller.name : caller.arn;
    const key = `${name}\n${action}\n${resource}\n${JSON.stringify(context)}`;
    const known = decisions.get(key);
    if (known !== undefined) return known;
    const { values, usedClock } = requestContext(context, own, clock);
    const decision = evaluatePolicies({
      caller,
      action,
      resource,
      context: values,
      identityPolicies: identityPolicies(),
      resourcePolicy: resourcePolicies.get(policyHolder(resource)),
    });
    if (decisions.size >= DECISIONS_KEPT) decisions.clear();
    if (!usedClock()) decisions.set(key, decision);
    return decision;
  };

  return {
    putRole: ({ assumeRolePolicy, ...role }) => {
      compilePolicy(`of ${role.arn}`, assumeRolePolicy, "trust");
      putIdentity("role", role);
      putPolicyOf(role.arn, assumeRolePolicy, "trust");
    },
    putUser: (user) => putIdentity("user", user),
    putInlinePolicy: (identityArn, policyName, document) => {
      const { inline } = identityOf(identityArn);
      const policy = compilePolicy(policyName, document, "identity");
      store.putInlinePolicy(identityArn, policyName, asText(document));
      inline.set(policyName, policy);
      decisions.clear();
    },
    deleteInlinePolicy: (identityArn, policyName) => {
      store.deleteInlinePolicy(identityArn, policyName);
      identities.get(identityArn)?.inline.delete(policyName);
      decisions.clear();
    },
    putManagedPolicy: (policyArn, document) => {
      const policy = compilePolicy(policyArn, document, "identity");
      store.putManagedPolicy(policyArn, asText(document));
      managed.set(policyArn, policy);
      decisions.clear();
    },
    attachPolicy: (identityArn, policyArn) => {
      const { attached } = identityOf(identityArn);
      managedPolicy(policyArn);
      store.attach(identityArn, policyArn);
      attached.add(policyArn);
      decisions.clear();
    },
    detachPolicy: (identityArn, policyArn) => {
      store.detach(identityArn, policyArn);
      identities.get(identityArn)?.attached.delete(policyArn);
      decisions.clear();
    },
    putResourcePolicy: (resourceArn, document) => putPolicyOf(resourceArn, document, "resource"),
    deleteIdentity: (identityArn) => {
      store.deleteIdentity(identityArn);
      identities.delete(identityArn);
      for (const [key, row] of credentials) if (row.identity_arn === identityArn) credentials.delete(key);
      putPolicyOf(identityArn, undefined, "trust");
    },
    credentialsFor: (identityArn, sessionName = "nexus") => {
      const { row: identity } = identityOf(identityArn);
      const session = identity.kind === "role" ? sessionName : "";
      const known = [...credentials.values()].find(
        (row) => row.identity_arn === identityArn && row.session_name === session,
      );
      if (known !== undefined) return toCredentials(known);
      const row = newCredentials(identity, session);
      store.putCredentials(row);
      credentials.set(row.access_key_id, row);
      return toCredentials(row);
    },
    lookup: (accessKeyId) => {
      const row = credentials.get(accessKeyId);
      const identity = row === undefined ? undefined : identities.get(row.identity_arn);
      if (row === undefined || identity === undefined) return undefined;
      return { principal: toPrincipal(identity.row, row), credentials: toCredentials(row) };
    },
    evaluate: (identityArn, request) => {
      const identity = identityOf(identityArn);
      const caller: Caller = { kind: "identity", arn: identityArn, accountId: ACCOUNT_ID };
      return decide(caller, identityKeys(identity.row), request, () => policiesOf(identity));
    },
    evaluateService: (name, request) => decide({ kind: "service", name }, serviceKeys(name), request, () => []),
    close: () => store.close(),
  };
};
