import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { httpHandler } from "../middleware/chains.ts";
import { decodeBatch, encodeBatch, isBatch } from "../middleware/command-batch-request.ts";
import { decodeCommand, encodeReply } from "../middleware/command-request.ts";
import {
  CommandBatch,
  type CommandHandler,
  composeCommandHandler,
  type PolicyEnforcer,
} from "../middleware/composition.ts";
import { policyRequest } from "../middleware/policy-request.ts";
import { telemetry } from "../middleware/telemetry.ts";

interface Dependencies {
  readonly commands: Pick<CommandHandler, "handle">;
  readonly policies: Pick<PolicyEnforcer, "enforce">;
}

/** `POST /api/commands/{commandType}` for one command, `POST /api/commands` for up to a hundred. */
export const createHandler = ({ commands, policies }: Dependencies) =>
  httpHandler(async (event: APIGatewayProxyEventV2) => {
    const handle: CommandHandler["handle"] = async (command) => {
      await policies.enforce(policyRequest(event, "command", command.type));
      const reply = await commands.handle(command);
      telemetry.metric("EventsStored", "Count", reply.events.length);
      return reply;
    };
    const received = (count: number): void => telemetry.metric("CommandsReceived", "Count", count);
    if (isBatch(event)) {
      const entries = decodeBatch(event);
      received(entries.length);
      return encodeBatch(event, await new CommandBatch({ handle }).handle(entries));
    }
    received(1);
    return encodeReply(await handle(decodeCommand(event)));
  });

export const handler = createHandler(composeCommandHandler());
