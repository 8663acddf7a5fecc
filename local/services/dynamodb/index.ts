export { type DynamoDbOptions, type LocalDynamoDb, openDynamoDb } from "./open.ts";
export { type DynamoDbServer, serveDynamoDb } from "./serve.ts";
export { encodeAnswer, encodeError, splitTarget } from "./wire.ts";
