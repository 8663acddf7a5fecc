import type { DatabaseSync } from "node:sqlite";
import { AwsError } from "../../contract.ts";
import { tableNotFound } from "../errors.ts";
import { ItemStore } from "./item-store.ts";
import { StreamStore } from "./stream-store.ts";
import type { StreamDefinition, TableDefinition } from "./table-definition.ts";

export interface Table {
  readonly definition: TableDefinition;
  readonly items: ItemStore;
}

export interface Stream {
  readonly definition: StreamDefinition;
  readonly records: StreamStore;
}

/** `orders`, or the ARN of a table: its name. */
export const tableNameOf = (nameOrArn: string): string => /^arn:[^/]*:table\/([^/]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;

/** The tables and streams of the file, held in memory. Every change goes to the file in the same call. */
export class Catalog {
  readonly #sqlite: DatabaseSync;
  #tables = new Map<string, Table>();
  #streams = new Map<number, Stream>();

  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
    this.reload();
  }

  /** Reads everything from the file again, as after a transaction that was taken back. */
  reload(): void {
    this.#tables = new Map();
    this.#streams = new Map();
    for (const row of this.#sqlite.prepare("SELECT definition FROM tables").all()) {
      const definition = JSON.parse(String(row["definition"])) as TableDefinition;
      this.#tables.set(definition.name, { definition, items: new ItemStore(this.#sqlite, definition.id) });
    }
    for (const row of this.#sqlite.prepare("SELECT definition FROM streams").all()) {
      const definition = JSON.parse(String(row["definition"])) as StreamDefinition;
      this.#streams.set(definition.id, { definition, records: new StreamStore(this.#sqlite, definition) });
    }
  }

  tables(): Table[] {
    return [...this.#tables.values()].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1));
  }

  find(nameOrArn: string): Table | undefined {
    return this.#tables.get(tableNameOf(nameOrArn));
  }

  /** Throws `ResourceNotFoundException`. */
  table(nameOrArn: string): Table {
    const table = this.find(nameOrArn);
    if (table === undefined) throw tableNotFound();
    return table;
  }

  /** An id no table or stream of this file had before, as long as the newest is not deleted. */
  nextId(kind: "tables" | "streams"): number {
    return Number(this.#sqlite.prepare(`SELECT coalesce(max(id), 0) + 1 AS next FROM ${kind}`).get()?.["next"]);
  }

  addTable(definition: TableDefinition): Table {
    const table = { definition, items: new ItemStore(this.#sqlite, definition.id) };
    table.items.create();
    for (const index of definition.indexes) table.items.createIndex(index);
    this.#sqlite
      .prepare("INSERT INTO tables (id, name, definition) VALUES (?, ?, ?)")
      .run(definition.id, definition.name, JSON.stringify(definition));
    this.#tables.set(definition.name, table);
    return table;
  }

  saveTable(definition: TableDefinition): Table {
    const table = { ...this.table(definition.name), definition };
    this.#sqlite
      .prepare("UPDATE tables SET definition = ? WHERE id = ?")
      .run(JSON.stringify(definition), definition.id);
    this.#tables.set(definition.name, table);
    return table;
  }

  removeTable(table: Table): void {
    table.items.drop(table.definition.indexes);
    this.#sqlite.prepare("DELETE FROM tables WHERE id = ?").run(table.definition.id);
    this.#tables.delete(table.definition.name);
  }

  streams(): Stream[] {
    return [...this.#streams.values()];
  }

  streamOf(table: TableDefinition): Stream | undefined {
    return table.streamId === undefined ? undefined : this.#streams.get(table.streamId);
  }

  /** Throws `ResourceNotFoundException`. */
  stream(arn: string): Stream {
    const stream = this.streams().find((each) => each.definition.arn === arn);
    if (stream === undefined)
      throw new AwsError("ResourceNotFoundException", `Requested resource not found: Stream: ${arn} not found`);
    return stream;
  }

  addStream(definition: StreamDefinition): void {
    StreamStore.create(this.#sqlite, definition.id);
    this.#sqlite
      .prepare("INSERT INTO streams (id, arn, definition) VALUES (?, ?, ?)")
      .run(definition.id, definition.arn, JSON.stringify(definition));
    this.#streams.set(definition.id, { definition, records: new StreamStore(this.#sqlite, definition) });
  }

  saveStream(definition: StreamDefinition): void {
    const stream = this.#streams.get(definition.id);
    if (stream === undefined) return;
    this.#sqlite
      .prepare("UPDATE streams SET definition = ? WHERE id = ?")
      .run(JSON.stringify(definition), definition.id);
    this.#streams.set(definition.id, { ...stream, definition });
  }

  removeStream(stream: Stream): void {
    stream.records.drop();
    this.#sqlite.prepare("DELETE FROM streams WHERE id = ?").run(stream.definition.id);
    this.#streams.delete(stream.definition.id);
  }
}
