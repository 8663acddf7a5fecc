import { createServer } from "node:net";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { openFront } from "../../../local/front/index.ts";
import { signedFetch } from "../../support/signed-request.ts";
import { arn, QUEUE_URL, REGION, ROLE, SESSION, useFront } from "./front-under-test.ts";

const local = useFront();

describe("what a role does not grant", () => {
  const refusal = (action: string, resource: string) =>
    `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

  it("is denied in the words of AWS, by the name that each service has for it", async () => {
    local.grant("dynamodb:GetItem");
    await expect(local.putItem()).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: refusal("dynamodb:PutItem", arn("dynamodb", "table/events")),
    });
    expect(local.engines.dynamodb.call).not.toHaveBeenCalled();
    const sqs = local.sqs();
    await expect(sqs.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: "x" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: refusal("sqs:SendMessage", arn("sqs", "orders")),
    });
    const publish = new PublishCommand({ TopicArn: arn("sns", "standard"), Message: "x" });
    await expect(new SNSClient(local.client()).send(publish)).rejects.toMatchObject({
      name: "AuthorizationErrorException",
      message: refusal("sns:Publish", arn("sns", "standard")),
    });
    const get = new GetObjectCommand({ Bucket: "snapshots", Key: "a" });
    await expect(new S3Client(local.client()).send(get)).rejects.toMatchObject({
      name: "AccessDenied",
      message: refusal("s3:GetObject", "arn:aws:s3:::snapshots/a"),
    });
  });

  it("is granted where the policy of the resource names the role", async () => {
    const Policy = JSON.stringify({
      Statement: {
        Effect: "Allow",
        Principal: { AWS: ROLE },
        Action: "sqs:SendMessage",
        Resource: arn("sqs", "orders"),
      },
    });
    await local.messaging().call("sqs", "SetQueueAttributes", { QueueUrl: QUEUE_URL, Attributes: { Policy } });
    const sqs = local.sqs();
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: "x" }));
    expect(sent.MessageId).toBeDefined();
    await local.messaging().call("sqs", "SetQueueAttributes", { QueueUrl: QUEUE_URL, Attributes: { Policy: "" } });
  });
});

describe("a request that cannot be served", () => {
  const signed = (service: string, more: { headers?: Record<string, string>; body?: string; region?: string } = {}) =>
    signedFetch(
      { method: "POST", url: `${local.endpoint()}/`, headers: more.headers ?? {}, body: more.body ?? "{}" },
      { credentials: local.credentials(), service, region: more.region ?? REGION },
    );
  const target = (name: string) => ({ "x-amz-target": name, "content-type": "application/x-amz-json-1.0" });

  it.each<[string, () => Promise<Response>, number, string]>([
    [
      "without a signature",
      () => fetch(local.endpoint(), { method: "POST", headers: target("DynamoDB_20120810.PutItem") }),
      400,
      "MissingAuthenticationTokenException",
    ],
    [
      "for another region",
      () => signed("dynamodb", { headers: target("DynamoDB_20120810.PutItem"), region: "us-east-1" }),
      400,
      "valid region: eu-west-1, not us-east-1",
    ],
    [
      "for a service that is not here",
      () => signed("logs", { headers: target("Logs_20140328.PutLogEvents") }),
      501,
      "the service logs",
    ],
    [
      "for an action that is not here",
      () => signed("dynamodb", { headers: target("DynamoDB_20120810.ExecuteStatement") }),
      501,
      "dynamodb:ExecuteStatement",
    ],
    [
      "for the target of another service",
      () => signed("dynamodb", { headers: target("Kinesis_20131202.PutRecord") }),
      501,
      "Kinesis_20131202.PutRecord",
    ],
    [
      "with a body that is not JSON",
      () => signed("dynamodb", { headers: target("DynamoDB_20120810.PutItem"), body: "{" }),
      400,
      "SerializationException",
    ],
    [
      "in a protocol that is not spoken",
      () =>
        signed("dynamodb", { headers: { ...target("DynamoDB_20120810.PutItem"), "content-type": "application/cbor" } }),
      400,
      "application/cbor",
    ],
  ])("%s is refused with what is wrong", async (_, send, status, text) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(text);
  });

  it("names a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    await expect(
      openFront({ port, region: REGION, iam: local.iam, services: { ...local.engines, messaging: local.messaging() } }),
    ).rejects.toThrow(`Port ${port}`);
    other.close();
  });
});
