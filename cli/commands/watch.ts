import { once } from "node:events";
import type { Command } from "commander";
import { type Notification, subscribe } from "../client/notifications.ts";
import { addStackOptions, requireStack, type StackOptions } from "../client/stack-option.ts";
import { failed } from "../failure.ts";

interface Options extends StackOptions {
  readonly json?: true;
}

export const register = (program: Command): void => {
  addStackOptions(program.command("watch <topic>"))
    .summary("print the notifications of a topic until Ctrl-C")
    .description("Subscribe to a topic such as orders over the WebSocket API and print its notifications until Ctrl-C.")
    .option("--json", "one JSON object a line")
    .action(run);
};

const run = async (topic: string, options: Options): Promise<void> => {
  const print = (notification: Notification) =>
    process.stdout.write(`${options.json ? JSON.stringify(notification) : line(notification)}\n`);
  const feed = await subscribe(requireStack(options), topic, print);
  process.stderr.write(`watching ${topic}; Ctrl-C ends\n`);
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]).then(() => feed.close());
  const why = await Promise.race([feed.ended, interrupted.then(() => undefined)]);
  if (why !== undefined) throw failed(why);
};

const line = ({ time, eventType, aggregateId, version, projection }: Notification): string =>
  `${time}  ${eventType}  ${aggregateId} v${version}  -> ${projection}`;
