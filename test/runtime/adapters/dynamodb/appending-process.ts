// node appending-process.ts PREFIX: appends as `appendNumbered` does until it is killed. Each line of its input says
// where the log is from then on (a `LogAddress` in JSON). Prints `failed <commandId>` for an append that failed for want
// of the log, which is sent again, as it was, when the log is back.

import { createInterface } from "node:readline";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoEventStore } from "../../../../runtime/adapters/dynamodb/dynamo-event-store.ts";
import type { CommitDraft } from "../../../../runtime/kernel/commit.ts";
import { hasCode } from "../../../../runtime/kernel/errors.ts";
import type { StreamHead } from "../../../../runtime/kernel/stream.ts";
import type { LogAddress } from "../../../support/counter/log-cloud.ts";
import { appendNumbered } from "../../../support/counter/numbered-commits.ts";

const [prefix = ""] = process.argv.slice(2);
let store: DynamoEventStore | undefined;
let told = Promise.withResolvers<void>();

createInterface(process.stdin).on("line", (line) => {
  const address = JSON.parse(line) as LogAddress;
  store = new DynamoEventStore(new DynamoDBClient({ ...address, maxAttempts: 1 }), "events");
  told.resolve();
  told = Promise.withResolvers();
});

const append = async (head: StreamHead, draft: CommitDraft) => {
  for (;;) {
    const used = store;
    try {
      if (used !== undefined) return await used.append(head, draft);
    } catch (error) {
      if (!hasCode(error, "NEXUS_EVENT_STORE_UNAVAILABLE")) throw error;
      process.stdout.write(`failed ${draft.commandId}\n`);
    }
    if (store === used) await told.promise;
  }
};

await appendNumbered(prefix, Number.MAX_SAFE_INTEGER, append);
