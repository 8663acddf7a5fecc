import { describe, expect, it } from "vitest";
import { invoke } from "../../../local/drivers/invokes.ts";
import { ProgramError } from "../../../local/engine/program-error.ts";
import { ResourceFailure } from "../../../local/engine/registration.ts";
import { UNKNOWN } from "../../../local/engine/values.ts";
import { namingRealiser, runFixture } from "../../support/engine-run.ts";

const scenario = (name: string, options: Parameters<typeof runFixture>[1] = {}) =>
  runFixture("scenarios", { ...options, config: { scenario: name } });

describe("a Pulumi program run by the local engine", () => {
  it("registers its resources with parents, dependencies, inputs and their places in the source", async () => {
    const { registrations, stackOutputs } = await runFixture("two-queues");
    const [stack, pair, dead, live] = registrations;
    expect(registrations.map(({ type, name }) => [type, name])).toEqual([
      ["pulumi:pulumi:Stack", "two-queues-dev"],
      ["test:index:Pair", "orders"],
      ["aws:sqs/queue:Queue", "orders-dead"],
      ["aws:sqs/queue:Queue", "orders-live"],
    ]);
    expect(pair?.parent).toBe(stack?.urn);
    expect(dead).toMatchObject({
      urn: "urn:pulumi:dev::two-queues::test:index:Pair$aws:sqs/queue:Queue::orders-dead",
      parent: pair?.urn,
      inputs: { messageRetentionSeconds: 120 },
      source: { file: expect.stringMatching(/two-queues\/index\.ts$/), line: 11 },
    });
    expect(live).toMatchObject({
      inputs: { redrivePolicy: '{"deadLetterTargetArn":"arn:orders-dead","maxReceiveCount":5}' },
      dependencies: [dead?.urn],
      propertyDependencies: { redrivePolicy: [dead?.urn] },
    });
    expect(stackOutputs).toEqual({ url: "https://queue/orders-live" });
  });

  it("leaves what only a deployment knows unknown in a preview", async () => {
    const { registrations, stackOutputs } = await runFixture("two-queues", {
      preview: true,
      realiser: namingRealiser({ realise: async () => ({ outputs: {} }) }),
    });
    expect(registrations.at(-1)?.inputs).toEqual({ redrivePolicy: UNKNOWN });
    expect(stackOutputs).toEqual({ url: UNKNOWN });
  });

  it("gets its configuration from Pulumi.yaml and the stack's file", async () => {
    const { stackOutputs } = await scenario("configuration");
    expect(stackOutputs).toEqual({
      retries: 3,
      limits: { perSecond: 5 },
      organization: "local",
      region: "eu-west-1",
    });
  });

  it("is waited for until its event loop is empty, resources made inside apply included", async () => {
    const { registrations } = await scenario("in-apply");
    expect(registrations.map(({ name }) => name)).toEqual(["scenarios-dev", "first", "second"]);
  });

  it("may change its resources with transforms", async () => {
    const { registrations } = await scenario("transform");
    expect(registrations.at(-1)).toMatchObject({ inputs: { tags: { team: "orders" } }, options: { protect: true } });
  });

  it("tells the names its resources had before, those of a renamed parent included", async () => {
    const { registrations } = await scenario("alias");
    expect(registrations.at(-1)?.options.aliases).toEqual(
      expect.arrayContaining([
        "urn:pulumi:dev::scenarios::test:index:Box$aws:sqs/queue:Queue::old-name",
        "urn:pulumi:dev::scenarios::test:index:Box$aws:sqs/queue:Queue::new-name",
      ]),
    );
  });

  it("is answered for a component that a plugin would build", async () => {
    const { registrations, stackOutputs } = await scenario("remote", {
      realiser: namingRealiser({
        realise: async () => ({ id: "vpc-1", outputs: { vpcId: "vpc-1", privateSubnetIds: ["subnet-1"] } }),
      }),
    });
    expect(registrations.at(-1)).toMatchObject({ type: "awsx:ec2:Vpc", remote: true });
    expect(stackOutputs).toEqual({ vpcId: "vpc-1", subnetIds: ["subnet-1"] });
  });

  it("hands secrets over in plain, and keeps them secret to itself", async () => {
    const { registrations, stackOutputs } = await scenario("secret");
    expect(registrations.at(-1)?.inputs).toMatchObject({ value: "hunter2" });
    expect(stackOutputs).toEqual({ value: "hunter2", secret: true });
  });

  it("gets the documents of getPolicyDocument", async () => {
    const realiser = namingRealiser({
      invoke: (token, args) => invoke({ region: "eu-west-1", accountId: "000000000000" }, token, args),
    });
    const { stackOutputs } = await scenario("policy-document", { realiser });
    expect(JSON.parse(String(stackOutputs["json"]))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sqs:SendMessage"],
          Resource: ["*"],
          Principal: { Service: ["sns.amazonaws.com"] },
        },
      ],
    });
  });
});

describe("a program that cannot be run to its end", () => {
  it("is refused by name when it calls a function nobody answers", async () => {
    const realiser = namingRealiser({
      invoke: (token, args) => invoke({ region: "eu-west-1", accountId: "000000000000" }, token, args),
    });
    await expect(scenario("unknown-invoke", { realiser })).rejects.toThrow(
      /aws:ec2\/getAmi:getAmi, which the local cloud does not answer/,
    );
  });

  it("fails at its first resource of the same URN, with the place", async () => {
    const failure = await scenario("duplicate").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ResourceFailure);
    expect((failure as Error).message).toMatch(
      /^aws:sqs\/queue:Queue "twin" \(.*scenarios\/index\.ts:\d+\): the program registers two resources with the URN/,
    );
  });

  it("fails with the one message of the resource that could not be made", async () => {
    const realiser = namingRealiser({
      realise: async () => {
        throw new Error("the queue limit is reached");
      },
    });
    await expect(runFixture("two-queues", { realiser })).rejects.toThrow(
      /^aws:sqs\/queue:Queue "orders-dead" \(.*index\.ts:11\): the queue limit is reached$/,
    );
  });

  it("is told in one line what it threw and where", async () => {
    const failure = await scenario("throws").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProgramError);
    expect((failure as Error).message).toMatch(
      /^the program failed at .*scenarios\/index\.ts:\d+: the price list is empty$/,
    );
  });

  it("ends when it is told to stop", async () => {
    const stop = new AbortController();
    const realiser = namingRealiser({
      realise: () => {
        stop.abort(new Error("stopped by hand"));
        return new Promise(() => {});
      },
    });
    await expect(runFixture("two-queues", { realiser, signal: stop.signal })).rejects.toThrow("stopped by hand");
  });
});
