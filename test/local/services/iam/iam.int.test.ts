import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openIam } from "../../../../local/services/iam/index.ts";

const ROLE = "arn:aws:iam::000000000000:role/commands";
const USER = "arn:aws:iam::000000000000:user/operator";
const TABLE = "arn:aws:dynamodb:eu-west-1:000000000000:table/events";
const QUEUE = "arn:aws:sqs:eu-west-1:000000000000:orders";
const trust = {
  Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
};
const may = (action: string, resource = "*", more = {}) => ({
  Statement: { Effect: "Allow", Action: action, Resource: resource, ...more },
});
const put = { action: "dynamodb:PutItem", resource: TABLE };

let folder: string;
let iam: ReturnType<typeof openIam>;
const reopen = (clock?: () => Date) => {
  iam?.close();
  iam = openIam({ file: join(folder, "iam.db"), ...(clock === undefined ? {} : { clock }) });
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-iam-"));
  iam = openIam({ file: join(folder, "iam.db") });
  iam.putRole({ name: "commands", arn: ROLE, assumeRolePolicy: trust });
  iam.putUser({ name: "operator", arn: USER });
});
afterEach(() => {
  iam.close();
  rmSync(folder, { recursive: true });
});

describe("credentials", () => {
  it("stay the same over a restart, one set a session", () => {
    const before = [iam.credentialsFor(ROLE, "a"), iam.credentialsFor(ROLE, "b"), iam.credentialsFor(USER)];
    reopen();
    expect([iam.credentialsFor(ROLE, "a"), iam.credentialsFor(ROLE, "b"), iam.credentialsFor(USER)]).toEqual(before);
    expect(new Set(before.map(({ accessKeyId }) => accessKeyId)).size).toBe(3);
  });

  it("of a role lead to its session and its ARN, and have a token", () => {
    const credentials = iam.credentialsFor(ROLE, "commands-fn");
    const found = iam.lookup(credentials.accessKeyId);
    expect(credentials.sessionToken).toBeDefined();
    expect(found?.credentials).toEqual(credentials);
    expect(found?.principal).toMatchObject({
      arn: "arn:aws:sts::000000000000:assumed-role/commands/commands-fn",
      identityArn: ROLE,
      accountId: "000000000000",
    });
  });

  it("of a user lead to the user, and have no token", () => {
    const { accessKeyId, sessionToken } = iam.credentialsFor(USER);
    expect(sessionToken).toBeUndefined();
    expect(iam.lookup(accessKeyId)?.principal.arn).toBe(USER);
  });

  it("end with their identity", () => {
    const { accessKeyId } = iam.credentialsFor(ROLE, "a");
    iam.deleteIdentity(ROLE);
    expect(iam.lookup(accessKeyId)).toBeUndefined();
    reopen();
    expect(iam.lookup(accessKeyId)).toBeUndefined();
    expect(() => iam.credentialsFor(ROLE)).toThrow(ROLE);
  });
});

describe("policies", () => {
  it("of every kind survive a restart", () => {
    iam.putInlinePolicy(ROLE, "append", may("dynamodb:PutItem", TABLE));
    iam.putManagedPolicy("arn:aws:iam::000000000000:policy/read", may("dynamodb:Query", TABLE));
    iam.attachPolicy(ROLE, "arn:aws:iam::000000000000:policy/read");
    iam.putResourcePolicy(QUEUE, {
      Statement: { ...may("sqs:SendMessage", QUEUE).Statement, Principal: { AWS: ROLE } },
    });
    reopen();
    for (const request of [put, { ...put, action: "dynamodb:Query" }, { action: "sqs:SendMessage", resource: QUEUE }])
      expect(iam.evaluate(ROLE, request).allowed).toBe(true);
  });

  it("change decisions at once, both ways", () => {
    expect(iam.evaluate(ROLE, put).allowed).toBe(false);
    iam.putInlinePolicy(ROLE, "append", may("dynamodb:PutItem"));
    expect(iam.evaluate(ROLE, put).allowed).toBe(true);
    iam.deleteInlinePolicy(ROLE, "append");
    expect(iam.evaluate(ROLE, put).allowed).toBe(false);
    iam.putManagedPolicy("arn:aws:iam::000000000000:policy/p", may("dynamodb:PutItem"));
    iam.attachPolicy(ROLE, "arn:aws:iam::000000000000:policy/p");
    expect(iam.evaluate(ROLE, put).allowed).toBe(true);
    iam.putManagedPolicy("arn:aws:iam::000000000000:policy/p", may("dynamodb:GetItem"));
    expect(iam.evaluate(ROLE, put).allowed).toBe(false);
    iam.putManagedPolicy("arn:aws:iam::000000000000:policy/p", may("dynamodb:PutItem"));
    iam.detachPolicy(ROLE, "arn:aws:iam::000000000000:policy/p");
    expect(iam.evaluate(ROLE, put).allowed).toBe(false);
  });

  it("speak for the identity that holds them alone", () => {
    iam.putInlinePolicy(ROLE, "append", may("dynamodb:PutItem"));
    expect(iam.evaluate(USER, put).allowed).toBe(false);
  });

  it("keep the earlier document when the new one is malformed", () => {
    iam.putInlinePolicy(ROLE, "append", may("dynamodb:PutItem"));
    expect(() => iam.putInlinePolicy(ROLE, "append", { Statement: [{}] })).toThrow("statement #1");
    expect(iam.evaluate(ROLE, put).allowed).toBe(true);
  });

  it("of AWS are there by ARN, or refused by name", () => {
    iam.attachPolicy(ROLE, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
    const logs = { action: "logs:PutLogEvents", resource: "arn:aws:logs:eu-west-1:000000000000:log-group:x" };
    expect(iam.evaluate(ROLE, logs).allowed).toBe(true);
    reopen();
    expect(iam.evaluate(ROLE, logs).allowed).toBe(true);
    expect(() => iam.attachPolicy(ROLE, "arn:aws:iam::aws:policy/Nope")).toThrow(/Nope is not among/);
    expect(() => iam.attachPolicy(ROLE, "arn:aws:iam::000000000000:policy/nope")).toThrow(/does not exist/);
  });

  it("know who asks: ARN, account and user name", () => {
    const mine = { StringEquals: { "aws:username": "operator", "aws:PrincipalArn": USER } };
    iam.putInlinePolicy(USER, "own", may("dynamodb:PutItem", "*", { Condition: mine }));
    expect(iam.evaluate(USER, put).allowed).toBe(true);
  });

  it("that look at the clock are judged anew each time", () => {
    let now = new Date("2030-01-01T00:00:00Z");
    reopen(() => now);
    const until = { DateLessThan: { "aws:CurrentTime": "2030-01-02T00:00:00Z" } };
    iam.putInlinePolicy(ROLE, "today", may("dynamodb:PutItem", "*", { Condition: until }));
    expect(iam.evaluate(ROLE, put).allowed).toBe(true);
    now = new Date("2030-01-03T00:00:00Z");
    expect(iam.evaluate(ROLE, put).allowed).toBe(false);
  });

  it("of a bucket speak for its objects", () => {
    const read = may("s3:GetObject", "arn:aws:s3:::snapshots/*").Statement;
    iam.putResourcePolicy("arn:aws:s3:::snapshots", { Statement: { ...read, Principal: { AWS: ROLE } } });
    const get = { action: "s3:GetObject", resource: "arn:aws:s3:::snapshots/a/b" };
    expect(iam.evaluate(ROLE, get).allowed).toBe(true);
  });

  it("of a resource alone decide for a service, and of a role say which service may assume it", () => {
    const assume = { action: "sts:AssumeRole", resource: ROLE };
    expect(iam.evaluateService("lambda.amazonaws.com", assume).allowed).toBe(true);
    expect(iam.evaluateService("sns.amazonaws.com", assume).allowed).toBe(false);
    expect(iam.evaluateService("sns.amazonaws.com", { action: "sqs:SendMessage", resource: QUEUE }).allowed).toBe(
      false,
    );
  });

  it("of a resource can be taken away", () => {
    const send = { action: "sqs:SendMessage", resource: QUEUE };
    iam.putResourcePolicy(QUEUE, { Statement: { ...may("sqs:SendMessage", QUEUE).Statement, Principal: "*" } });
    expect(iam.evaluate(ROLE, send).allowed).toBe(true);
    iam.putResourcePolicy(QUEUE, undefined);
    expect(iam.evaluate(ROLE, send).allowed).toBe(false);
  });
});
