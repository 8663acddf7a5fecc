import { nexusError } from "../../kernel/errors.ts";

/**
 * The credentials of the function's role, which Lambda hands over in the environment for as long as the sandbox lives.
 * No other source is looked at, so that bundles need not carry the SDK's chain of providers.
 */
export const lambdaCredentials = async () => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey)
    throw nexusError("NEXUS_CONFIGURATION_INVALID", "AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set");
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
};

/** Under the name that the SDK's clients import: bundles resolve `@aws-sdk/credential-provider-node` to this module. */
export const defaultProvider = () => lambdaCredentials;
