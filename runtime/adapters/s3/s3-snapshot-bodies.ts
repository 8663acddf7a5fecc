import type { S3Client } from "@aws-sdk/client-s3";
import type { ClientConfiguration } from "../aws/clients.ts";
import type { SnapshotBodies } from "../dynamodb/dynamo-snapshot-store.ts";

/**
 * Snapshots that do not fit an item, in a bucket whose lifecycle removes them. The client is loaded at the first of
 * them: most services never have one, and every function would pay for it at its cold start.
 */
export class S3SnapshotBodies implements SnapshotBodies {
  readonly #configuration: ClientConfiguration;
  readonly #bucket: string;
  #client: Promise<S3Client> | undefined;

  constructor(configuration: ClientConfiguration, bucket: string) {
    this.#configuration = configuration;
    this.#bucket = bucket;
  }

  async get(key: string): Promise<Uint8Array> {
    const { GetObjectCommand } = await import("./s3-client.ts");
    const { Body } = await (await this.#s3()).send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    if (Body === undefined) throw new TypeError(`${key} has no body`);
    return Body.transformToByteArray();
  }

  async put(key: string, body: Uint8Array): Promise<void> {
    const { PutObjectCommand } = await import("./s3-client.ts");
    await (await this.#s3()).send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, ContentType: "application/gzip" }),
    );
  }

  #s3(): Promise<S3Client> {
    this.#client ??= import("./s3-client.ts").then(({ S3Client }) => new S3Client(this.#configuration));
    return this.#client;
  }
}
