import { describe, expect, it } from "vitest";
import { type EnvironmentKey, readEnvironment, readModelUrl } from "../../../runtime/middleware/environment.ts";
import { FUNCTION_ENVIRONMENT } from "../../support/counter/lambda.ts";

const failure = (read: () => unknown): unknown => {
  try {
    read();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("the environment of a function", () => {
  it("gives the common keys and those asked for", () => {
    expect(readEnvironment(["EVENTS_TABLE_NAME"], FUNCTION_ENVIRONMENT)).toEqual({
      SERVICE_NAME: "counters",
      STAGE: "test",
      AWS_REGION: "eu-west-1",
      EVENTS_TABLE_NAME: "events",
    });
  });

  it.each<[EnvironmentKey, string | undefined]>([
    ["EVENTS_TABLE_NAME", undefined],
    ["EVENTS_TABLE_NAME", ""],
    ["EVENTS_TABLE_NAME", "has spaces"],
    ["SERVICE_NAME", undefined],
    ["AWS_REGION", "Ireland"],
    ["SNAPSHOT_QUEUE_URL", "snapshots"],
    ["PROPAGATION", "both"],
    ["STANDARD_TOPIC_ARN", "topic"],
    ["WEBSOCKET_ENDPOINT", "wss://sockets"],
    ["READ_MODEL_URL", "http://domain"],
  ])("without a right %s (%j) is refused, naming the key and what it must be", (key, value) => {
    const error = failure(() => readEnvironment([key], { ...FUNCTION_ENVIRONMENT, [key]: value }));
    expect(error).toMatchObject({ code: "NEXUS_CONFIGURATION_INVALID", context: { key } });
    expect(error).toHaveProperty(
      "message",
      expect.stringMatching(new RegExp(`^environment variable ${key} is .*must be`)),
    );
  });

  it("with a key that is misspelt is refused, naming it", () => {
    const error = failure(() => readEnvironment([], { ...FUNCTION_ENVIRONMENT, EVENT_TABLE_NAME: "events" }));
    expect(error).toMatchObject({ code: "NEXUS_CONFIGURATION_INVALID", context: { key: "EVENT_TABLE_NAME" } });
  });

  it("may hold what the platform and others set", () => {
    const others = { PATH: "/bin", AWS_LAMBDA_FUNCTION_NAME: "f", _HANDLER: "index.handler", OTEL_SERVICE_NAME: "x" };
    expect(readEnvironment([], { ...FUNCTION_ENVIRONMENT, ...others })).toHaveProperty("STAGE", "test");
  });
});

describe("the read model's address", () => {
  const { AWS_ENDPOINT_URL_OPENSEARCH: _, ...deployed } = FUNCTION_ENVIRONMENT;
  it("is that of the domain, unless it is overridden", () => {
    expect(readModelUrl(deployed)).toBe(FUNCTION_ENVIRONMENT.READ_MODEL_URL);
    for (const url of ["sqlite:/data/read-model.db", "http://127.0.0.1:9201"])
      expect(readModelUrl({ ...deployed, AWS_ENDPOINT_URL_OPENSEARCH: url })).toBe(url);
  });

  it("of another scheme is refused", () => {
    const error = failure(() => readModelUrl({ ...deployed, AWS_ENDPOINT_URL_OPENSEARCH: "ftp://x" }));
    expect(error).toMatchObject({ context: { key: "AWS_ENDPOINT_URL_OPENSEARCH" } });
  });
});
