import type { DatabaseSync } from "node:sqlite";
import { AwsError } from "../contract.ts";

const MAX_TAGS = 50;

/** Tags of streams and consumers, by ARN. */
export class TagStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** In the order of their names. */
  list(arn: string): { Key: string; Value: string }[] {
    const rows = this.#db.prepare("SELECT name, value FROM tag WHERE arn = ? ORDER BY name").all(arn);
    return rows.map((row) => ({ Key: String(row["name"]), Value: String(row["value"]) }));
  }

  /** Throws LimitExceededException beyond 50; call it inside a transaction. */
  add(arn: string, tags: Readonly<Record<string, string>>): void {
    const put = this.#db.prepare("INSERT OR REPLACE INTO tag (arn, name, value) VALUES (?, ?, ?)");
    for (const [name, value] of Object.entries(tags)) put.run(arn, name, value);
    if (this.list(arn).length > MAX_TAGS)
      throw new AwsError("LimitExceededException", `Failed to add tags to ${arn}: the limit is ${MAX_TAGS} tags.`);
  }

  remove(arn: string, names: readonly string[]): void {
    const remove = this.#db.prepare("DELETE FROM tag WHERE arn = ? AND name = ?");
    for (const name of names) remove.run(arn, name);
  }
}
