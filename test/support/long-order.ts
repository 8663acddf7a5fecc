import { gunzipSync } from "node:zlib";
import { apiSigner } from "../../cli/client/sign.ts";
import type { Stack } from "../../local/stack.ts";
import { decodeCommit, type Item } from "../../runtime/adapters/dynamodb/commit-item.ts";
import type { Snapshot } from "../../runtime/ports/snapshot-store.ts";

interface Entry {
  readonly type: string;
  readonly commandId: string;
  readonly payload: object;
}

export interface EntryResult {
  readonly status: number;
  readonly version: number;
}

/** Half of what a batch takes at most, so that a slow machine handles one within the timeout of the function. */
const BATCH = 50;
/** How often a batch is sent that the function did not get through; its commands stand in the log once. */
const ATTEMPTS = 4;

const ORDER = {
  country: "France",
  currency: "GBP",
  lines: [{ sku: "1", description: "a lantern", quantity: 1, unitPriceMinor: 5 }],
};

/** An order of a running stack that notes make long: one event each, sent in batches. */
export class LongOrder {
  readonly aggregateId: string;
  readonly #stack: Stack;

  constructor(stack: Stack, aggregateId: string) {
    this.#stack = stack;
    this.aggregateId = aggregateId;
  }

  place(): Promise<EntryResult[]> {
    return this.#send([{ type: "PlaceOrder", commandId: `${this.aggregateId}-place`, payload: ORDER }]);
  }

  /** Adds notes from a number on; the same number again is the same command. Throws when a batch is refused. */
  async addNotes(from: number, count: number): Promise<EntryResult[]> {
    const results: EntryResult[] = [];
    for (let sent = 0; sent < count; sent += BATCH)
      results.push(
        ...(await this.#send(
          Array.from({ length: Math.min(BATCH, count - sent) }, (_, index) => ({
            type: "AddOrderNote",
            commandId: `${this.aggregateId}-note-${from + sent + index}`,
            payload: { text: `note ${from + sent + index}` },
          })),
        )),
      );
    return results;
  }

  /** The one snapshot there is, once there is. */
  async snapshot(): Promise<Snapshot | undefined> {
    const { TableNames } = (await this.#call("ListTables", {})) as { TableNames: string[] };
    const TableName = TableNames.find((name) => name.startsWith("orders-snapshots"));
    const { Items } = (await this.#call("Scan", {
      TableName,
      FilterExpression: "begins_with(snapshotKey, :id)",
      ExpressionAttributeValues: { ":id": { S: `${this.aggregateId}#` } },
    })) as { Items: { body: { B: string } }[] };
    const [item] = Items;
    return item && (JSON.parse(gunzipSync(Buffer.from(item.body.B, "base64")).toString()) as Snapshot);
  }

  /** When the commit was made that begins at a version, in milliseconds since the epoch. */
  async committedAt(version: number): Promise<number> {
    const { Items } = (await this.#call("Query", {
      TableName: this.#stack.stackOutputs["eventsTableName"],
      KeyConditionExpression: "aggregateId = :id AND version = :version",
      ExpressionAttributeValues: { ":id": { S: this.aggregateId }, ":version": { N: String(version) } },
    })) as { Items: Item[] };
    const [item] = Items;
    if (item === undefined) throw new Error(`no commit of ${this.aggregateId} begins at version ${version}`);
    return Date.parse(decodeCommit(item).committedAt);
  }

  async #send(entries: readonly Entry[]): Promise<EntryResult[]> {
    const commands = entries.map((entry) => ({ ...entry, aggregateId: this.aggregateId }));
    for (let attempt = 1; ; attempt++) {
      const response = await this.#post(JSON.stringify({ commands }));
      if (response.status === 207) return ((await response.json()) as { results: EntryResult[] }).results;
      if (response.status < 500 || attempt === ATTEMPTS)
        throw new Error(`the batch was answered ${response.status}: ${await response.text()}`);
      await response.body?.cancel();
    }
  }

  async #post(body: string): Promise<Response> {
    const { running } = this.#stack;
    const url = new URL(`${running.api}/api/commands`);
    const headers = { "content-type": "application/json" };
    const { host: _, ...signed } = await apiSigner(running).sign({ method: "POST", url, headers, body });
    return fetch(url, { method: "POST", headers: signed, body });
  }

  #call(action: string, input: Record<string, unknown>): Promise<unknown> {
    return this.#stack.cloud.dynamodb.call(action, input);
  }
}
