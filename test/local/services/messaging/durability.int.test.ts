import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { openMessaging } from "../../../../local/services/messaging/index.ts";

const ACKNOWLEDGED_BEFORE_KILL = 200;

it("loses no acknowledged message to kill -9, sent or published", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "nexus-messaging-"));
  const writer = spawn(process.execPath, [join(import.meta.dirname, "messaging-writer.ts"), dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(writer, "exit");
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === ACKNOWLEDGED_BEFORE_KILL) writer.kill("SIGKILL");
  }
  await ended;
  expect(acknowledged.length).toBeGreaterThanOrEqual(ACKNOWLEDGED_BEFORE_KILL);

  const messaging = await openMessaging({ dataDir, region: "eu-west-1" });
  const QueueUrl = "https://sqs.eu-west-1.amazonaws.com/000000000000/orders";
  const found: unknown[] = [];
  for (;;) {
    const { Messages } = await messaging.call("sqs", "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
    if (Messages === undefined) break;
    found.push(...(Messages as { Body: string }[]).map(({ Body }) => Body));
  }
  await messaging.close();
  rmSync(dataDir, { recursive: true });
  expect(found).toEqual(expect.arrayContaining(acknowledged));
  expect(new Set(found).size).toBe(found.length);
});
