import { describe, expect, it } from "vitest";
import { signedFetch } from "../../support/signed-request.ts";
import { arn, SESSION, useFront } from "./front-under-test.ts";

const local = useFront();

describe("Lambda and STS", () => {
  const invoke = (headers: Record<string, string> = {}, body = '{"n":1}') =>
    signedFetch(
      { method: "POST", url: `${local.endpoint()}/2015-03-31/functions/commands/invocations`, headers, body },
      { credentials: local.credentials(), service: "lambda" },
    );

  it("invoke a function and hand its answer or its failure back", async () => {
    local.grant("lambda:InvokeFunction");
    const answered = await invoke();
    expect([answered.status, await answered.json()]).toEqual([200, { n: 1 }]);
    const failure = {
      requestId: "r",
      payload: { errorType: "Error" },
      functionError: "Unhandled" as const,
      durationMs: 1,
    };
    local.lambda.invoke.mockResolvedValueOnce(failure);
    const failed = await invoke();
    expect([failed.headers.get("x-amz-function-error"), await failed.json()]).toEqual([
      "Unhandled",
      { errorType: "Error" },
    ]);
  });

  it("queue an asynchronous invocation", async () => {
    local.grant("lambda:InvokeFunction");
    expect((await invoke({ "x-amz-invocation-type": "Event" })).status).toBe(202);
    expect(local.lambda.invokeAsync).toHaveBeenCalledWith("commands", { n: 1 });
    expect((await invoke({ "x-amz-invocation-type": "Later" })).status).toBe(400);
  });

  it("tell who the caller is, whom nothing was granted", async () => {
    const body = "Action=GetCallerIdentity&Version=2011-06-15";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const response = await signedFetch(
      { method: "POST", url: `${local.endpoint()}/`, headers, body },
      { credentials: local.credentials(), service: "sts" },
    );
    expect(await response.text()).toContain(`<Arn>${SESSION}</Arn>`);
  });
});

describe("the front", () => {
  it("logs each request with who, what and how it ended", async () => {
    local.grant("dynamodb:PutItem");
    await local.putItem();
    local.grant("dynamodb:GetItem");
    await expect(local.putItem()).rejects.toThrow();
    const entry = {
      principal: SESSION,
      service: "dynamodb",
      action: "PutItem",
      resource: arn("dynamodb", "table/events"),
    };
    expect(local.log).toMatchObject([
      { ...entry, statusCode: 200, errorCode: undefined },
      { ...entry, statusCode: 400, errorCode: "AccessDenied" },
    ]);
    expect(new Set(local.log.map(({ requestId }) => requestId)).size).toBe(2);
  });

  it("injects a fault before the effect and after it", async () => {
    local.grant("dynamodb:PutItem");
    local.faults.add({ service: "dynamodb", action: "PutItem", resource: "table/events", kind: "throttle", times: 1 });
    await expect(local.putItem()).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
    expect(local.engines.dynamodb.call).not.toHaveBeenCalled();
    local.faults.add({ service: "dynamodb", action: "PutItem", kind: "failAfter", times: 1 });
    await expect(local.putItem()).rejects.toMatchObject({ name: "InternalServerError" });
    expect(local.engines.dynamodb.call).toHaveBeenCalledTimes(1);
    await expect(local.putItem()).resolves.toBeDefined();
  });
});
