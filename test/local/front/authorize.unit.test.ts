import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../local/front/index.ts";
import { openIam } from "../../../local/services/iam/index.ts";
import { signedWireRequest } from "../../support/signed-request.ts";

const NOW = new Date("2030-01-01T12:00:00Z");
const OPERATOR = "arn:aws:iam::000000000000:user/operator";
const API = "arn:aws:execute-api:eu-west-1:000000000000:api/dev/POST/api/commands";
const access = { action: "execute-api:Invoke", resource: `${API}/PlaceOrder` };

const iam = openIam({ file: ":memory:" });
iam.putUser({ name: "operator", arn: OPERATOR });
const secure = { Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:RequestedRegion": "eu-west-1" } };
iam.putInlinePolicy(OPERATOR, "call", {
  Statement: { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${API}/*`, Condition: secure },
});
const authorize = createAuthorizer({ iam, region: "eu-west-1", clock: () => NOW });
const request = (signing: { service?: string; region?: string } = {}) =>
  signedWireRequest(
    { method: "POST", url: "http://127.0.0.1:4566/api/commands/PlaceOrder", body: "{}" },
    { credentials: iam.credentialsFor(OPERATOR), signingDate: NOW, ...signing },
  );

describe("the authorizer of an API", () => {
  it("tells who calls when signature and policy say yes", async () => {
    expect(await authorize(await request(), access)).toMatchObject({ arn: OPERATOR, identityArn: OPERATOR });
  });

  it.each([
    ["service", { service: "dynamodb" }, "valid service: execute-api, not dynamodb"],
    ["region", { region: "us-east-1" }, "valid region: eu-west-1, not us-east-1"],
  ])("refuses a signature for another %s", async (_, signing, message) => {
    await expect(authorize(await request(signing), access)).rejects.toMatchObject({
      code: "SignatureDoesNotMatch",
      message: expect.stringContaining(message),
    });
  });

  it("refuses what no policy allows, in the words of AWS", async () => {
    const other = {
      ...access,
      resource: "arn:aws:execute-api:eu-west-1:000000000000:api/dev/GET/api/queries/order-list",
    };
    await expect(authorize(await request(), other)).rejects.toMatchObject({
      code: "AccessDenied",
      statusCode: 403,
      message: `User: ${OPERATOR} is not authorized to perform: execute-api:Invoke on resource: ${other.resource} because no identity-based policy allows the execute-api:Invoke action`,
    });
  });

  it("refuses an unsigned request before it looks at policies", async () => {
    const unsigned = { ...(await request()), headers: { host: "127.0.0.1:4566" } };
    await expect(authorize(unsigned, access)).rejects.toMatchObject({ code: "MissingAuthenticationToken" });
  });
});
