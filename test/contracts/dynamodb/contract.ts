import { conditionSuite } from "./conditions.ts";
import { querySuite } from "./queries.ts";
import { refusalSuite } from "./refusals.ts";
import { streamSuite } from "./streams.ts";
import { tableSuite } from "./tables.ts";
import { type Endpoint, type EngineKind, useTarget } from "./target.ts";
import { transactionSuite } from "./transactions.ts";
import { updateSuite } from "./updates.ts";
import { valueSuite } from "./values.ts";

/** What every engine that stands for DynamoDB must do, over the wire and with the real SDK client. */
export const dynamoDbContract = (kind: EngineKind, start: () => Promise<Endpoint>): void => {
  const target = useTarget(kind, start);
  valueSuite(target);
  conditionSuite(target);
  updateSuite(target);
  refusalSuite(target);
  querySuite(target);
  transactionSuite(target);
  streamSuite(target);
  tableSuite(target);
};
