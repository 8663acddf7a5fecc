import {
  type ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { ConnectionGateway } from "../../ports/notifications.ts";
import { translateAwsError } from "../aws/errors.ts";

/** The management API of a WebSocket stage (`execute-api:ManageConnections`). */
export class ApiGatewayConnectionGateway implements ConnectionGateway {
  readonly #client: ApiGatewayManagementApiClient;

  constructor(client: ApiGatewayManagementApiClient) {
    this.#client = client;
  }

  async post(connectionId: string, message: object): Promise<"delivered" | "gone"> {
    try {
      await this.#client.send(
        new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(JSON.stringify(message)) }),
      );
      return "delivered";
    } catch (error) {
      if (error instanceof GoneException) return "gone";
      throw translateAwsError(error, "NEXUS_BUS_UNAVAILABLE", "post to a connection");
    }
  }
}
