import { AwsError, type DynamoDbService, type RecordsListener } from "../contract.ts";
import { actions } from "./actions.ts";
import type { Engine } from "./engine.ts";
import { ItemWriter } from "./item-writer.ts";
import { Catalog } from "./storage/catalog.ts";
import { Database } from "./storage/database.ts";
import { removeExpiredItems, trimStreams } from "./sweep.ts";

export interface DynamoDbOptions {
  /** The SQLite file, made when it is not there; `:memory:` keeps nothing. One process opens it at a time. */
  readonly file: string;
  /** @default "eu-west-1" */
  readonly region?: string;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

export interface LocalDynamoDb extends DynamoDbService {
  /** Removes the items whose time to live ran out, as the background does every ten seconds; returns how many. */
  sweepExpired(): Promise<number>;
}

const sweepIntervalMs = 10_000;

/** Tells listeners, once for each group of writes, which streams have new records. */
class RecordNotifier {
  readonly #listeners = new Set<RecordsListener>();
  readonly #told = new Map<string, number>();

  subscribe(listener: RecordsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  afterCommit(catalog: Catalog): void {
    for (const { definition, records } of catalog.streams()) {
      const { arn, shardId } = definition;
      if ((this.#told.get(arn) ?? 0) >= records.last) continue;
      this.#told.set(arn, records.last);
      for (const listener of this.#listeners) listener({ streamArn: arn, shardId });
    }
  }
}

/**
 * DynamoDB and DynamoDB Streams on one SQLite file. A write is one transaction of item, index rows and stream record,
 * committed before it is answered; it outlives a killed process, not necessarily a power cut.
 */
export const openDynamoDb = ({ file, region = "eu-west-1", clock = Date.now }: DynamoDbOptions): LocalDynamoDb => {
  const notifier = new RecordNotifier();
  const database = new Database(file, {
    afterCommit: () => notifier.afterCommit(catalog),
    afterRollback: () => catalog.reload(),
  });
  const catalog = new Catalog(database.sqlite);
  const engine: Engine = { database, catalog, writer: new ItemWriter(catalog, clock), region, clock };
  const sweep = () =>
    database.write(() => {
      trimStreams(engine);
      return removeExpiredItems(engine);
    });
  // A sweep that fails leaves everything as it was; the next one tries again.
  const timer = setInterval(() => void sweep().catch(() => undefined), sweepIntervalMs).unref();
  let closed = false;

  return {
    call: async (name, input) => {
      const action = actions.get(name);
      if (action === undefined)
        throw new AwsError("UnknownOperationException", `The local DynamoDB does not support ${name}.`);
      if (closed) throw new AwsError("InternalServerError", "The local DynamoDB is closed", 500);
      return action.writes
        ? database.write(() => action.run(engine, input))
        : database.read(() => action.run(engine, input));
    },
    onRecords: (listener) => notifier.subscribe(listener),
    sweepExpired: sweep,
    close: async () => {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      database.close();
    },
  };
};
