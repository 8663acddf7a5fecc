import { randomSequenceSuite } from "../../../contracts/dynamodb/random-sequences.ts";
import { useTarget } from "../../../contracts/dynamodb/target.ts";
import { describeEngine } from "../../../support/engines/describe-engine.ts";
import { startDynamoDbLocal } from "../../../support/engines/dynamodb-local.ts";
import { startOurs } from "./start-ours.ts";

describeEngine("DynamoDB Local", () => {
  randomSequenceSuite(useTarget("ours", startOurs), useTarget("dynamodb-local", startDynamoDbLocal));
});
