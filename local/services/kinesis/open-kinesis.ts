import type { KinesisService } from "../contract.ts";
import { type Action, dispatch } from "../json-parameters.ts";
import { consumerActions } from "./actions/consumers.ts";
import { getActions } from "./actions/get-records.ts";
import { putActions } from "./actions/put-records.ts";
import { settingsActions } from "./actions/settings.ts";
import { shardActions } from "./actions/shards.ts";
import { streamActions } from "./actions/streams.ts";
import { tagActions } from "./actions/tags.ts";
import { KinesisEngine } from "./engine.ts";

const SWEEP_SECONDS = 60;

const ACTIONS: Readonly<Record<string, Action<KinesisEngine>>> = {
  ...streamActions,
  ...settingsActions,
  ...shardActions,
  ...consumerActions,
  ...tagActions,
  ...putActions,
  ...getActions,
};

export interface KinesisOptions {
  /** SQLite file, or `:memory:`. */
  readonly file: string;
  /** Region in ARNs. @default "eu-west-1" */
  readonly region?: string;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

export interface LocalKinesis extends KinesisService {
  /** Deletes records past their retention, as happens every minute by itself. How many. */
  sweepExpired(): number;
}

/**
 * Kinesis Data Streams on SQLite. A put is durable before its answer; puts of one turn of the event loop share a
 * transaction. Streams and consumers are ACTIVE at once, and nothing is throttled. `SubscribeToShard` is refused by
 * name: event source mappings read in process.
 */
export const openKinesis = (options: KinesisOptions): LocalKinesis => {
  const engine = new KinesisEngine({
    file: options.file,
    region: options.region ?? "eu-west-1",
    now: options.clock ?? Date.now,
  });
  const sweeper = setInterval(() => engine.sweepExpired(), SWEEP_SECONDS * 1000).unref();
  return {
    call: (action, input) => dispatch(ACTIONS, engine, action, input),
    onRecords: (listener) => engine.onRecords(listener),
    sweepExpired: () => engine.sweepExpired(),
    close: async () => {
      clearInterval(sweeper);
      engine.close();
    },
  };
};
