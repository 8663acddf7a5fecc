import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { httpHandler } from "../middleware/chains.ts";
import { decodeCommand, encodeReply } from "../middleware/command-request.ts";
import { type CommandHandler, composeCommandHandler, type PolicyEnforcer } from "../middleware/composition.ts";
import { policyRequest } from "../middleware/policy-request.ts";
import { telemetry } from "../middleware/telemetry.ts";

interface Dependencies {
  readonly commands: Pick<CommandHandler, "handle">;
  readonly policies: Pick<PolicyEnforcer, "enforce">;
}

/** `POST /api/commands/{commandType}` */
export const createHandler = ({ commands, policies }: Dependencies) =>
  httpHandler(async (event: APIGatewayProxyEventV2) => {
    telemetry.metric("CommandsReceived", "Count", 1);
    const command = decodeCommand(event);
    await policies.enforce(policyRequest(event, "command", command.type));
    const reply = await commands.handle(command);
    telemetry.metric("EventsStored", "Count", reply.events.length);
    return encodeReply(reply);
  });

export const handler = createHandler(composeCommandHandler());
