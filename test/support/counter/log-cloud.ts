import { join } from "node:path";
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { createFaults, openFront, type RuleFaults } from "../../../local/front/index.ts";
import type { JsonService, MessagingService } from "../../../local/services/contract.ts";
import { openDynamoDb } from "../../../local/services/dynamodb/index.ts";
import { openIam } from "../../../local/services/iam/index.ts";

const REGION = "eu-west-1";
const USER = "arn:aws:iam::000000000000:user/tester";

/** How a client gets there. Plain JSON. */
export type LogAddress = Required<Pick<DynamoDBClientConfig, "endpoint" | "region">> & {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

export interface LogCloud {
  readonly address: LogAddress;
  close(): Promise<void>;
}

interface Options {
  /** Where its state lies. @default in memory */
  readonly folder?: string;
  readonly faults?: RuleFaults;
}

/** The part of the local cloud that a log needs: the front, with a user who may do everything, and DynamoDB. */
export const openLogCloud = async ({ folder, faults = createFaults() }: Options = {}): Promise<LogCloud> => {
  const file = (name: string): string => (folder === undefined ? ":memory:" : join(folder, name));
  const iam = openIam({ file: file("iam.db") });
  iam.putUser({ name: "tester", arn: USER });
  iam.putInlinePolicy(USER, "all", { Statement: { Effect: "Allow", Action: "*", Resource: "*" } });
  const dynamodb = openDynamoDb({ file: file("dynamodb.db"), region: REGION });
  const none: JsonService = { call: async () => ({}), close: async () => undefined };
  const unused = async (): Promise<never> => {
    throw new Error("not part of this cloud");
  };
  const messaging: MessagingService = {
    forward: unused,
    call: unused,
    onMessage: () => () => undefined,
    close: async () => undefined,
  };
  const front = await openFront({
    ...{ port: 0, region: REGION, iam, faults },
    services: { dynamodb, kinesis: none, glue: none, messaging },
    lambda: () => ({ invoke: unused, invokeAsync: unused }),
  });
  return {
    address: { endpoint: front.endpoint, region: REGION, credentials: iam.credentialsFor(USER) },
    close: async () => {
      await front.close();
      await dynamodb.close();
      iam.close();
    },
  };
};
