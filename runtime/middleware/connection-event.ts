import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda";
import type { Connection } from "../ports/notifications.ts";

/** `identity` comes with IAM authorization; the published types leave it out. */
export type WebSocketEvent = APIGatewayProxyWebsocketEventV2 & {
  readonly requestContext: { readonly identity?: { readonly userArn?: string } };
};

export const connectionOf = ({ requestContext }: WebSocketEvent): Connection => ({
  connectionId: requestContext.connectionId,
  actor: requestContext.identity?.userArn ?? "anonymous",
  connectedAt: new Date(requestContext.connectedAt).toISOString(),
});
