import { once } from "node:events";
import { WebSocket } from "ws";
import type { RunningStack } from "../../local/running-stack.ts";
import { failed } from "../failure.ts";
import { apiSigner } from "./sign.ts";

/** A read model changed. Carries no data: a client queries what it may see. */
export interface Notification {
  readonly type: "notification";
  readonly topic: string;
  readonly projection: string;
  readonly aggregate: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly eventId: string;
  readonly eventType: string;
  /** When the event was committed. */
  readonly time: string;
}

export interface NotificationFeed {
  /** Settles when the connection has ended, with the reason if it was not {@link close} that ended it. */
  readonly ended: Promise<string | undefined>;
  close(): Promise<void>;
}

type Address = Pick<RunningStack, "websocket" | "region" | "accessKeyId" | "secretAccessKey">;

/** API Gateway closes a connection that was idle for ten minutes. */
const PING_INTERVAL_MS = 5 * 60_000;

/**
 * Connects to the WebSocket API of a stack and subscribes to a topic; settles once the server has confirmed it.
 * @throws CliFailure when the connection or the topic is refused
 */
export const subscribe = async (
  stack: Address,
  topic: string,
  onNotification: (notification: Notification) => void,
): Promise<NotificationFeed> => {
  const socket = await connect(stack);
  const confirmed = new Promise<void>((resolve, reject) => {
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as Notification | { type: string; code?: string; message?: string };
      if (message.type === "notification") onNotification(message as Notification);
      else if (message.type === "subscribed") resolve();
      else if (message.type === "error" && "code" in message)
        reject(failed(`topic ${topic} was refused: ${message.code}: ${message.message}`));
    });
    socket.once("close", (code) => reject(failed(`the connection ended before ${topic} was subscribed (${code})`)));
  });
  const ping = setInterval(() => socket.send(JSON.stringify({ action: "ping" })), PING_INTERVAL_MS);
  ping.unref();
  let closing = false;
  const ended = once(socket, "close").then(([code, reason]: unknown[]) => {
    clearInterval(ping);
    return closing ? undefined : `the server ended the connection (${code}${String(reason) && `, ${String(reason)}`})`;
  });
  const close = async () => {
    closing = true;
    socket.close();
    await ended;
  };
  socket.send(JSON.stringify({ action: "subscribe", topic }));
  try {
    await confirmed;
  } catch (error) {
    await close();
    throw error;
  }
  return { ended, close };
};

const connect = async (stack: Address): Promise<WebSocket> => {
  const url = new URL(stack.websocket);
  const { host: _, ...headers } = await apiSigner(stack).sign({ method: "GET", url });
  const socket = new WebSocket(url, { headers });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", (error) =>
      reject(failed(`${stack.websocket} refused the connection: ${error.message}`, error)),
    );
  });
  socket.on("error", () => socket.terminate());
  return socket;
};
