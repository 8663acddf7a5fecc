import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { httpHandler } from "../middleware/chains.ts";
import { decodeCommand, encodeReply } from "../middleware/command-request.ts";
import { type CommandHandler, composeCommandHandler } from "../middleware/composition.ts";
import { telemetry } from "../middleware/telemetry.ts";

/** `POST /api/commands/{commandType}` */
export const createHandler = (commands: Pick<CommandHandler, "handle">) =>
  httpHandler(async (event: APIGatewayProxyEventV2) => {
    telemetry.metric("CommandsReceived", "Count", 1);
    const reply = await commands.handle(decodeCommand(event));
    telemetry.metric("EventsStored", "Count", reply.events.length);
    return encodeReply(reply);
  });

export const handler = createHandler(composeCommandHandler());
