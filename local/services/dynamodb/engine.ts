import type { ItemWriter } from "./item-writer.ts";
import type { Catalog } from "./storage/catalog.ts";
import type { Database } from "./storage/database.ts";

/** What the actions work with. */
export interface Engine {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly writer: ItemWriter;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export type Answer = Record<string, unknown>;

/** One API action. It runs to its end in one turn, inside the open transaction when it `writes`. */
export interface Action {
  readonly writes: boolean;
  readonly run: (engine: Engine, input: Readonly<Record<string, unknown>>) => Answer;
}
