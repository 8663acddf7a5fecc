import { randomBytes, randomInt } from "node:crypto";
import { ACCOUNT_ID, type Credentials, type Principal } from "../contract.ts";
import type { CredentialRow, IdentityRow } from "./iam-store.ts";

const KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An id as IAM gives them: four letters that tell its kind, and 16 random ones. */
export const uniqueId = (prefix: "AKIA" | "ASIA" | "AROA" | "AIDA"): string =>
  prefix + Array.from({ length: 16 }, () => KEY_ALPHABET[randomInt(KEY_ALPHABET.length)]).join("");

/** A role's keys are those of a session, with a token; a user's are not. */
export const newCredentials = (identity: IdentityRow, sessionName: string): CredentialRow => ({
  access_key_id: uniqueId(identity.kind === "role" ? "ASIA" : "AKIA"),
  identity_arn: identity.arn,
  session_name: sessionName,
  secret_access_key: randomBytes(30).toString("base64"),
  session_token: identity.kind === "role" ? randomBytes(48).toString("base64") : null,
});

export const toCredentials = (row: CredentialRow): Credentials => ({
  accessKeyId: row.access_key_id,
  secretAccessKey: row.secret_access_key,
  ...(row.session_token === null ? {} : { sessionToken: row.session_token }),
});

export const toPrincipal = (identity: IdentityRow, row: CredentialRow): Principal => ({
  arn:
    identity.kind === "role"
      ? `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${identity.name}/${row.session_name}`
      : identity.arn,
  identityArn: identity.arn,
  accessKeyId: row.access_key_id,
  accountId: ACCOUNT_ID,
});
