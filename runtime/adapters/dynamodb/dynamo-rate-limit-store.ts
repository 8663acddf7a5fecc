import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { nexusError } from "../../kernel/errors.ts";
import { freeTokens, type TokenTimes, untilNextToken } from "../../kernel/token-bucket.ts";
import type { Quota, QuotaState, RateLimitStore } from "../../ports/rate-limit-store.ts";
import type { Runtime } from "../../ports/runtime.ts";
import { translateAwsError } from "../aws/errors.ts";
import { RATE_LIMITS } from "./attributes.ts";

type Item = Readonly<Record<string, AttributeValue>>;

/** Milliseconds an item outlives its last token: DynamoDB compares whole seconds, and clocks differ. */
const SLACK_MS = 60_000;

const attributeOf = (token: number): string => `${RATE_LIMITS.token}${token}`;

const timesOf = (item: Item | undefined, limit: number): TokenTimes =>
  new Map(
    Array.from({ length: limit }, (_, token) => token).flatMap((token) => {
      const time = item?.[attributeOf(token)]?.N;
      return time === undefined ? [] : [[token, Number(time)] as const];
    }),
  );

/**
 * A bucket an item, a token an attribute that holds when it is back. A token is taken by one conditional UpdateItem, and
 * only one of those who reach for the same token gets it; whoever does not sees in the refusal which ones are left. So
 * nothing is read beforehand, and nothing is counted twice, however many instances there are.
 */
export class DynamoRateLimitStore implements RateLimitStore {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #runtime: Pick<Runtime, "now" | "random">;

  constructor(client: DynamoDBClient, tableName: string, runtime: Pick<Runtime, "now" | "random">) {
    this.#client = client;
    this.#tableName = tableName;
    this.#runtime = runtime;
  }

  async take(bucket: string, quota: Quota): Promise<QuotaState> {
    let free = freeTokens(new Map(), quota.limit, 0);
    // Whoever loses a token to another has one less to try: after `limit` losses none can be left, unless some came back.
    for (let attempt = 0; attempt <= 2 * quota.limit; attempt++) {
      const now = this.#runtime.now();
      const token = free[Math.floor(this.#runtime.random() * free.length)] ?? 0;
      const { taken, item } = await this.#reach(bucket, token, quota, now);
      const times = timesOf(item, quota.limit);
      free = freeTokens(times, quota.limit, now);
      if (taken || free.length === 0)
        return { granted: taken, remaining: free.length, resetMs: untilNextToken(times, now) };
    }
    throw nexusError("NEXUS_RATE_LIMITS_UNAVAILABLE", "the tokens of a bucket change too fast to take one");
  }

  /** Tries one token. The item is as it is afterwards. */
  async #reach(bucket: string, token: number, { windowSeconds }: Quota, now: number) {
    const backAt = now + windowSeconds * 1_000;
    const update = new UpdateItemCommand({
      TableName: this.#tableName,
      Key: { [RATE_LIMITS.partitionKey]: { S: bucket } },
      UpdateExpression: "SET #token = :backAt, #expiresAt = :expiresAt",
      ConditionExpression: "attribute_not_exists(#token) OR #token <= :now",
      ExpressionAttributeNames: { "#token": attributeOf(token), "#expiresAt": RATE_LIMITS.timeToLive },
      ExpressionAttributeValues: {
        ":now": { N: String(now) },
        ":backAt": { N: String(backAt) },
        ":expiresAt": { N: String(Math.ceil((backAt + SLACK_MS) / 1_000)) },
      },
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      const { Attributes } = await this.#client.send(update);
      return { taken: true, item: Attributes };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { taken: false, item: error.Item };
      throw translateAwsError(error, "NEXUS_RATE_LIMITS_UNAVAILABLE", "count a request");
    }
  }
}
