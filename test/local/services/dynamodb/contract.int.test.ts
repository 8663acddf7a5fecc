import { describe } from "vitest";
import { dynamoDbContract } from "../../../contracts/dynamodb/contract.ts";
import { describeEngine } from "../../../support/engines/describe-engine.ts";
import { startDynamoDbLocal } from "../../../support/engines/dynamodb-local.ts";
import { startOurs } from "./start-ours.ts";

describe("the local DynamoDB", () => dynamoDbContract("ours", startOurs));
// The same suite on AWS's own engine shows that it asks for what DynamoDB does.
describeEngine("DynamoDB Local", () => dynamoDbContract("dynamodb-local", startDynamoDbLocal));
