import { Readable } from "node:stream";
import { HttpResponse } from "@smithy/protocol-http";
import { AwsError, type WireRequest, type WireResponse } from "../contract.ts";

type Send = (request: WireRequest) => Promise<WireResponse>;
type Output = Record<string, unknown>;
type Call = (action: string, input: Record<string, unknown>) => Promise<Output>;

const shortName = (type: string): string => type.replace(/^.*#/, "");

/** SQS speaks JSON, so that its calls need no SDK. */
export const sqsCalls =
  (send: Send): Call =>
  async (action, input) => {
    const response = await send({
      method: "POST",
      path: "/",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` },
      body: Buffer.from(JSON.stringify(input)),
    });
    const body = JSON.parse(Buffer.from(response.body).toString()) as Output;
    if (response.statusCode < 400) return body;
    throw new AwsError(
      shortName(String(body["__type"] ?? "InternalFailure")),
      String(body["message"]),
      response.statusCode,
    );
  };

/** What the clients of the SDK need as a `requestHandler`, typed here as far as it is used. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const queryString = (query: SdkRequest["query"]): string =>
  Object.entries(query)
    .flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((item) =>
        item === null ? encodeURIComponent(key) : `${encodeURIComponent(key)}=${encodeURIComponent(item)}`,
      ),
    )
    .join("&");

const requestHandler = (send: Send) => ({
  handle: async ({ method, path, query, headers, body }: SdkRequest) => {
    const search = queryString(query);
    const response = await send({
      method,
      path: search === "" ? path : `${path}?${search}`,
      headers,
      body: body === undefined ? new Uint8Array() : Buffer.from(body),
    });
    return {
      response: new HttpResponse({
        statusCode: response.statusCode,
        headers: { ...response.headers },
        body: Readable.from([response.body]),
      }),
    };
  },
});

interface SdkModule {
  readonly [name: string]: unknown;
}
type SdkClient = { send(command: unknown): Promise<Output> };
type Constructor<T> = new (options: Record<string, unknown>) => T;

/** SNS speaks XML and S3 REST: their own SDK clients encode and decode, over a handler that opens no connection. */
export const sdkCalls = (
  send: Send,
  clientName: "SNSClient" | "S3Client",
  load: () => Promise<SdkModule>,
  region: string,
): Call => {
  let opened: Promise<{ sdk: SdkModule; client: SdkClient }> | undefined;
  const open = async (): Promise<{ sdk: SdkModule; client: SdkClient }> => {
    const sdk = await load();
    const client = new (sdk[clientName] as Constructor<SdkClient>)({
      region,
      endpoint: "http://localhost",
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: "in-process", secretAccessKey: "in-process" },
      requestHandler: requestHandler(send),
    });
    return { sdk, client };
  };
  return async (action, input) => {
    opened ??= open();
    const { sdk, client } = await opened;
    const Command = sdk[`${action}Command`] as Constructor<unknown> | undefined;
    if (Command === undefined)
      throw new AwsError(
        "UnknownOperationException",
        `${clientName.replace("Client", "")} has no operation ${action}.`,
      );
    try {
      const { $metadata: _, ...output } = await client.send(new Command(input));
      const body = output["Body"] as { transformToByteArray?: () => Promise<Uint8Array> } | undefined;
      if (body?.transformToByteArray !== undefined) output["Body"] = await body.transformToByteArray();
      return output;
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (error instanceof AwsError || !(error instanceof Error) || status === undefined) throw error;
      throw new AwsError(error.name, error.message, status);
    }
  };
};
