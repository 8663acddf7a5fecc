import {
  type AccessRequest,
  AwsError,
  type IamService,
  type Principal,
  type WireRequest,
} from "../services/contract.ts";
import { type SignedBy, verifySignature } from "./signature.ts";

type Iam = Pick<IamService, "lookup" | "evaluate">;

export interface AuthorizerOptions {
  readonly iam: Iam;
  readonly region: string;
  /** The service that the signature must be meant for. @default "execute-api" */
  readonly service?: string;
  readonly clock?: () => Date;
}

const wrongScope = (what: string, expected: string, found: string): AwsError =>
  new AwsError(
    "SignatureDoesNotMatch",
    `Credential should be scoped to a valid ${what}: ${expected}, not ${found}.`,
    403,
  );

export const checkScope = (
  signedBy: SignedBy,
  expected: { readonly region: string; readonly service?: string },
): void => {
  if (signedBy.region !== expected.region) throw wrongScope("region", expected.region, signedBy.region);
  if (expected.service !== undefined && signedBy.service !== expected.service)
    throw wrongScope("service", expected.service, signedBy.service);
};

/** Throws `AccessDenied` in AWS's words when IAM says no. The front's plain HTTP on the loopback counts as secure transport. */
export const checkAccess = (iam: Iam, principal: Principal, access: AccessRequest, region: string): void => {
  const context = { "aws:SecureTransport": "true", "aws:RequestedRegion": region, ...access.context };
  const { allowed, reason } = iam.evaluate(principal.identityArn, { ...access, context });
  if (!allowed)
    throw new AwsError(
      "AccessDenied",
      `User: ${principal.arn} is not authorized to perform: ${access.action} on resource: ${access.resource} ${reason}`,
      403,
    );
};

/**
 * Who may call an API: the signature in headers or query string, then IAM. Throws what `verifySignature` throws, and
 * `AccessDenied`; all with status 403.
 */
export const createAuthorizer =
  ({ iam, region, service = "execute-api", clock = () => new Date() }: AuthorizerOptions) =>
  async (request: WireRequest, access: AccessRequest): Promise<Principal> => {
    const signedBy = await verifySignature(request, iam, clock());
    checkScope(signedBy, { region, service });
    checkAccess(iam, signedBy.principal, access, region);
    return signedBy.principal;
  };
