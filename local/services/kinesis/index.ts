export { type KinesisOptions, type LocalKinesis, openKinesis } from "./open-kinesis.ts";
export { serveKinesis } from "./serve.ts";
