import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { apiClient } from "../../cli/client/api-client.ts";
import type { LocalCloud } from "../../local/cloud.ts";
import type { RunningStack } from "../../local/running-stack.ts";
import { decodeCommit } from "../../runtime/adapters/dynamodb/commit-item.ts";
import { type Commit, recordedEvents } from "../../runtime/kernel/event.ts";
import type { ProjectionDefinition, ReadModelDocument } from "../../runtime/kernel/service.ts";

/** A client of the AWS wire with every permission: what the account's auditor sees. */
export const auditor = ({ aws, region }: RunningStack, { iam, accountId }: Pick<LocalCloud, "iam" | "accountId">) => {
  const arn = `arn:aws:iam::${accountId}:user/auditor`;
  iam.putUser({ name: "auditor", arn });
  iam.putInlinePolicy(arn, "everything", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  return new DynamoDBClient({ region, endpoint: aws, credentials: iam.credentialsFor(arn) });
};

/** The whole log: the commits of each aggregate in the order of their versions. */
export const readLog = async (
  client: DynamoDBClient,
  { outputs }: RunningStack,
): Promise<ReadonlyMap<string, readonly Commit[]>> => {
  const commits: Commit[] = [];
  for await (const { Items = [] } of paginateScan(
    { client },
    { TableName: String(outputs["eventsTableName"]), ConsistentRead: true },
  ))
    commits.push(...Items.map(decodeCommit));
  commits.sort((a, b) => a.version - b.version);
  return Map.groupBy(commits, ({ aggregateId }) => aggregateId);
};

/** What a projection comes to over the log, by aggregate, in the form in which queries answer. */
export const foldLog = (
  log: ReadonlyMap<string, readonly Commit[]>,
  { transform }: ProjectionDefinition,
): ReadonlyMap<string, ReadModelDocument> => {
  const folded = new Map<string, ReadModelDocument>();
  for (const [id, commits] of log) {
    const events = commits.flatMap(recordedEvents);
    const document = events.reduce<ReadModelDocument | undefined>(transform, undefined);
    if (document !== undefined) folded.set(id, { ...document, id, version: events.length });
  }
  return folded;
};

/** Every document of a projection, over the HTTP API, page by page. */
export const readReadModel = async (
  stack: RunningStack,
  { name }: ProjectionDefinition,
): Promise<ReadonlyMap<string, ReadModelDocument>> => {
  const api = apiClient(stack);
  const documents = new Map<string, ReadModelDocument>();
  let cursor: string | undefined;
  do {
    const parameters = { limit: "100", ...(cursor === undefined ? {} : { cursor }) };
    const page = await api.query({ resource: name, parameters });
    for (const item of page.items) documents.set(String(item["id"]), item);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return documents;
};

/** How many messages each queue holds, those in flight and those delayed included. Empty queues are left out. */
export const queuedMessages = async ({ messaging }: Pick<LocalCloud, "messaging">): Promise<Record<string, number>> => {
  const COUNTS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
  ];
  const queued: Record<string, number> = {};
  const { QueueUrls = [] } = (await messaging.call("sqs", "ListQueues", {})) as { QueueUrls?: string[] };
  for (const QueueUrl of QueueUrls) {
    const asked = { QueueUrl, AttributeNames: COUNTS };
    const { Attributes } = (await messaging.call("sqs", "GetQueueAttributes", asked)) as {
      Attributes: Record<string, string>;
    };
    const count = COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    if (count > 0) queued[QueueUrl.split("/").at(-1) ?? QueueUrl] = count;
  }
  return queued;
};
