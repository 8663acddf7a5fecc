import { eventHandler } from "../middleware/chains.ts";
import { type ConnectionManager, composeConnectionManager } from "../middleware/composition.ts";
import { connectionOf, type WebSocketEvent } from "../middleware/connection-event.ts";
import { telemetry } from "../middleware/telemetry.ts";

/** The routes of the WebSocket API. */
export const createHandler = (connections: ConnectionManager) =>
  eventHandler(async (event: WebSocketEvent) => {
    const { connectionId, routeKey } = event.requestContext;
    telemetry.metric("ConnectionEvents", "Count", 1);
    if (routeKey === "$connect") await connections.connect(connectionOf(event));
    else if (routeKey === "$disconnect") await connections.disconnect(connectionId);
    else await connections.receive(connectionId, event.body ?? "");
    return { statusCode: 200 };
  });

export const handler = createHandler(composeConnectionManager());
