// Puts records into the file given and prints each sequence number once it is acknowledged, until it is killed.
import { openKinesis } from "../../../../local/services/kinesis/index.ts";

const kinesis = openKinesis({ file: process.argv[2] ?? "" });
await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 1 });
for (let index = 0; ; index++) {
  const Data = Buffer.from(String(index)).toString("base64");
  const answers = await Promise.all(
    [1, 2, 3].map(() => kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data })),
  );
  for (const answer of answers) process.stdout.write(`${answer["SequenceNumber"]}\n`);
}
