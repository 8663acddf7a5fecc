// Serves the local DynamoDB from a process of its own: node serve-file.ts FILE. Prints its endpoint.
import { serveDynamoDb } from "../../../../local/services/dynamodb/index.ts";

const { endpoint } = await serveDynamoDb({ file: process.argv[2] ?? ":memory:", port: 0 });
console.log(endpoint);
