import { beforeEach, describe, expect, it, vi } from "vitest";
import { clientConfiguration } from "../../../../runtime/adapters/aws/clients.ts";
import { S3SnapshotBodies } from "../../../../runtime/adapters/s3/s3-snapshot-bodies.ts";
import { REGION, useFront } from "../../../local/front/front-under-test.ts";

const front = useFront();
let bodies: S3SnapshotBodies;

beforeEach(() => {
  const { accessKeyId, secretAccessKey, sessionToken } = front.credentials();
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", sessionToken);
  bodies = new S3SnapshotBodies(clientConfiguration(REGION, { maxAttempts: 1, requestTimeoutMs: 5_000 }), "snapshots");
});

describe("the body of a large snapshot", () => {
  it("comes back as it was put", async () => {
    front.grant("s3:PutObject", "s3:GetObject");
    const body = Uint8Array.from({ length: 600_000 }, (_, index) => index % 251);
    await bodies.put("counter-1/reducer/1000", body);
    expect(Buffer.from(await bodies.get("counter-1/reducer/1000")).equals(body)).toBe(true);
  });

  it("that is gone is an error", async () => {
    front.grant("s3:GetObject");
    await expect(bodies.get("counter-1/reducer/1")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("is refused to a role that may not", async () => {
    front.grant("s3:GetObject");
    await expect(bodies.put("counter-1/reducer/1000", new Uint8Array(1))).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });
});
