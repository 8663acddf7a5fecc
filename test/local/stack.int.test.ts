import { once } from "node:events";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../local/engine/project.ts";
import { ResourceFailure } from "../../local/engine/registration.ts";
import { PolicyViolationError } from "../../local/policy/gate.ts";
import { findRunningStack } from "../../local/running-stack.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { ProjectFolder } from "../support/project-folder.ts";

const PACK = join(import.meta.dirname, "policy", "fixtures", "pack");

let project: ProjectFolder;
let running: Stack | undefined;

const dataDirectory = () => join(project.path, ".nexus");

const start = async (options: Partial<StackOptions> = {}): Promise<Stack> => {
  running = await startStack({
    directory: project.path,
    stack: "dev",
    dataDirectory: dataDirectory(),
    port: 0,
    readModel: "sqlite",
    policyPack: PACK,
    ...options,
  });
  return running;
};

const stop = async (): Promise<void> => {
  await running?.close();
  running = undefined;
};

const queueUrls = async (stack: Stack): Promise<string[]> => {
  const { QueueUrls = [] } = await stack.cloud.messaging.call("sqs", "ListQueues", {});
  return QueueUrls as string[];
};

const queue = (name: string, args = "") =>
  `export const ${name} = new aws.sqs.Queue("${name}", { messageRetentionSeconds: 60, ${args} }).url;`;

beforeEach(() => {
  project = new ProjectFolder();
});
afterEach(async () => {
  await stop();
  project.remove();
});

describe("a stack", () => {
  it("serves what the program describes, and says where", async () => {
    project.writeProgram(queue("orders"));
    const stack = await start();
    expect(await queueUrls(stack)).toEqual([stack.stackOutputs["orders"]]);
    expect(stack.resources).toEqual({ total: 1, simulated: 1, notSimulated: [] });
    expect(findRunningStack(dataDirectory())).toEqual(stack.running);
    await stop();
    expect(findRunningStack(dataDirectory())).toBeUndefined();
  });

  it("goes on where it stopped, with the same names and what was in them", async () => {
    project.writeProgram(queue("orders"));
    const first = await start();
    const QueueUrl = String(first.stackOutputs["orders"]);
    await first.cloud.messaging.call("sqs", "SendMessage", { QueueUrl, MessageBody: "hello" });
    await stop();
    const events: string[] = [];
    const second = await start({ onEvent: ({ kind }) => events.push(kind) });
    expect(events, "what was approved is not judged again").toEqual(["resource"]);
    expect(second.stackOutputs["orders"]).toBe(QueueUrl);
    expect(second.running.api).toBe(first.running.api);
    const { Messages } = await second.cloud.messaging.call("sqs", "ReceiveMessage", { QueueUrl });
    expect(Messages).toMatchObject([{ Body: "hello" }]);
    expect(second.running).toMatchObject({ accessKeyId: first.running.accessKeyId });
  });

  it("changes with its program: what is new is made, what changed is changed, what is gone is deleted", async () => {
    project.writeProgram([queue("orders"), queue("old")].join("\n"));
    const before = await start();
    const orders = before.stackOutputs["orders"];
    await stop();
    project.writeProgram([queue("orders", "delaySeconds: 7"), queue("fresh")].join("\n"));
    const after = await start();
    expect((await queueUrls(after)).sort()).toEqual([orders, after.stackOutputs["fresh"]].sort());
    const { Attributes } = await after.cloud.messaging.call("sqs", "GetQueueAttributes", {
      QueueUrl: orders,
      AttributeNames: ["DelaySeconds"],
    });
    expect(Attributes).toEqual({ DelaySeconds: "7" });
  });

  it("lists the types that are only recorded", async () => {
    project.writeProgram(`new aws.kms.Key("key"); new aws.ssm.Parameter("flag", { type: "String", value: "x" });`);
    expect((await start()).resources).toEqual({
      total: 2,
      simulated: 0,
      notSimulated: ["aws:kms/key:Key", "aws:ssm/parameter:Parameter"],
    });
  });
});

describe("a stack that may not start", () => {
  it("because a mandatory policy is violated, makes nothing", async () => {
    project.writeProgram(queue("orders", "redrivePolicy: 'none'"));
    await expect(start()).rejects.toThrow(PolicyViolationError);
    project.writeProgram("");
    expect(await queueUrls(await start())).toEqual([]);
  });

  it("because it would lose a protected resource, says so and keeps it", async () => {
    project.writeProgram(`export const url = new aws.sqs.Queue("orders", {}, { protect: true }).url;`);
    const { stackOutputs } = await start();
    await stop();
    project.writeProgram("");
    await expect(start()).rejects.toThrow(/"orders" is protected, and the program no longer registers it/);
    project.writeProgram(`new aws.sqs.Queue("orders", {}, { protect: true });`);
    expect(await queueUrls(await start())).toEqual([stackOutputs["url"]]);
  });

  it("because the folder is in use, says by whom", async () => {
    project.writeProgram(queue("orders"));
    await start();
    const second = startStack({
      directory: project.path,
      stack: "dev",
      dataDirectory: dataDirectory(),
      port: 0,
      readModel: "sqlite",
    });
    await expect(second).rejects.toThrow(new RegExp(`in use by stack dev \\(process ${process.pid}\\)`));
  });

  it("because its port is taken, names the port and lets the folder go", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    project.writeProgram(queue("orders"));
    await expect(start({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
    other.close();
    await start();
  });

  it("because a resource cannot be made, names it, and the next start takes up what was made", async () => {
    const broken = `new aws.sns.TopicSubscription("mail", { topic: orders, protocol: "email", endpoint: "a@example.org" });`;
    project.writeProgram(`${queue("orders")}\n${broken}`);
    const failure = await start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ResourceFailure);
    expect((failure as Error).message).toMatch(
      /TopicSubscription "mail".*: the protocol "email" is not simulated locally/,
    );
    project.writeProgram(queue("orders"));
    const stack = await start();
    expect(await queueUrls(stack)).toEqual([stack.stackOutputs["orders"]]);
  });

  it("because its program throws, says where, and leaves no process behind", async () => {
    project.writeProgram(`throw new Error("no price list");`);
    await expect(start()).rejects.toThrow(/the program failed at .*index\.ts:4: no price list/);
  });

  it("because there is no such policy pack, makes no data folder", async () => {
    project.writeProgram(queue("orders"));
    await expect(start({ policyPack: join(project.path, "absent") })).rejects.toThrow(InputError);
    expect(existsSync(dataDirectory())).toBe(false);
  });
});
