import { Readable } from "node:stream";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type HttpRequest, HttpResponse } from "@smithy/protocol-http";

/** `input` reads the request, for who needs it. */
type Call = (action: string, input: () => Record<string, unknown>) => Promise<object> | object;

/** A client of the SDK whose requests are answered in this process: all of the SDK's own work, and no network. */
export const localClient = (call: Call): DynamoDBClient =>
  new DynamoDBClient({
    region: "eu-west-1",
    endpoint: "http://127.0.0.1:9",
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: HttpRequest) => {
        const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
        const answer = await call(action, () => JSON.parse(Buffer.from(request.body).toString()));
        const response = new HttpResponse({
          statusCode: 200,
          headers: { "content-type": "application/x-amz-json-1.0" },
          body: Readable.from([Buffer.from(JSON.stringify(answer))]),
        });
        return { response };
      },
    },
  });
