import { openDatabase } from "../open-database.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS identities (
    arn TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, unique_id TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS inline_policies (
    identity_arn TEXT NOT NULL REFERENCES identities (arn) ON DELETE CASCADE,
    name TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (identity_arn, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS managed_policies (arn TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS attachments (
    identity_arn TEXT NOT NULL REFERENCES identities (arn) ON DELETE CASCADE,
    policy_arn TEXT NOT NULL,
    PRIMARY KEY (identity_arn, policy_arn)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS resource_policies (
    arn TEXT PRIMARY KEY, kind TEXT NOT NULL, document TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS credentials (
    access_key_id TEXT PRIMARY KEY,
    identity_arn TEXT NOT NULL REFERENCES identities (arn) ON DELETE CASCADE,
    session_name TEXT NOT NULL, secret_access_key TEXT NOT NULL, session_token TEXT,
    UNIQUE (identity_arn, session_name)
  ) STRICT;`;

export interface IdentityRow {
  readonly arn: string;
  readonly kind: "role" | "user";
  readonly name: string;
  /** `AROA...` or `AIDA...`; the first part of `aws:userid`. */
  readonly unique_id: string;
}

export interface CredentialRow {
  readonly access_key_id: string;
  readonly identity_arn: string;
  /** Empty for a user. */
  readonly session_name: string;
  readonly secret_access_key: string;
  readonly session_token: string | null;
}

export interface ResourcePolicyRow {
  readonly arn: string;
  readonly kind: "resource" | "trust";
  readonly document: string;
}

export type IamStore = ReturnType<typeof openIamStore>;

/** The rows of IAM in one SQLite file. Each write is durable against a killed process when the call returns. */
export const openIamStore = (file: string) => {
  const database = openDatabase(file, `PRAGMA foreign_keys = ON; ${SCHEMA}`);
  const rows = <T>(sql: string, ...values: string[]): T[] => database.prepare(sql).all(...values) as T[];
  const run = (sql: string, ...values: (string | null)[]): void => {
    database.prepare(sql).run(...values);
  };
  return {
    identities: () => rows<IdentityRow>("SELECT * FROM identities"),
    inlinePolicies: () =>
      rows<{ identity_arn: string; name: string; document: string }>("SELECT * FROM inline_policies"),
    managedPolicies: () => rows<{ arn: string; document: string }>("SELECT * FROM managed_policies"),
    attachments: () => rows<{ identity_arn: string; policy_arn: string }>("SELECT * FROM attachments"),
    resourcePolicies: () => rows<ResourcePolicyRow>("SELECT * FROM resource_policies"),
    credentials: () => rows<CredentialRow>("SELECT * FROM credentials"),

    putIdentity: (row: IdentityRow) =>
      run(
        `INSERT INTO identities VALUES (?, ?, ?, ?)
         ON CONFLICT (arn) DO UPDATE SET kind = excluded.kind, name = excluded.name`,
        row.arn,
        row.kind,
        row.name,
        row.unique_id,
      ),
    deleteIdentity: (arn: string) => run("DELETE FROM identities WHERE arn = ?", arn),
    putInlinePolicy: (identityArn: string, name: string, document: string) =>
      run("INSERT OR REPLACE INTO inline_policies VALUES (?, ?, ?)", identityArn, name, document),
    deleteInlinePolicy: (identityArn: string, name: string) =>
      run("DELETE FROM inline_policies WHERE identity_arn = ? AND name = ?", identityArn, name),
    putManagedPolicy: (arn: string, document: string) =>
      run("INSERT OR REPLACE INTO managed_policies VALUES (?, ?)", arn, document),
    attach: (identityArn: string, policyArn: string) =>
      run("INSERT OR IGNORE INTO attachments VALUES (?, ?)", identityArn, policyArn),
    detach: (identityArn: string, policyArn: string) =>
      run("DELETE FROM attachments WHERE identity_arn = ? AND policy_arn = ?", identityArn, policyArn),
    putResourcePolicy: (row: ResourcePolicyRow) =>
      run("INSERT OR REPLACE INTO resource_policies VALUES (?, ?, ?)", row.arn, row.kind, row.document),
    deleteResourcePolicy: (arn: string) => run("DELETE FROM resource_policies WHERE arn = ?", arn),
    putCredentials: (row: CredentialRow) =>
      run(
        "INSERT INTO credentials VALUES (?, ?, ?, ?, ?)",
        row.access_key_id,
        row.identity_arn,
        row.session_name,
        row.secret_access_key,
        row.session_token,
      ),
    close: () => database.close(),
  };
};
