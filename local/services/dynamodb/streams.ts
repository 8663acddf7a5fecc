import { randomBytes } from "node:crypto";
import type { Engine } from "./engine.ts";
import { keyAttributes } from "./item-keys.ts";
import type { StreamViewType, TableDefinition } from "./storage/table-definition.ts";

/** AWS keeps the records of a stream for a day. */
export const retentionMs = 24 * 60 * 60 * 1_000;

/** Sequence numbers have 21 digits at least on the wire. */
export const formatSequence = (sequence: number): string => String(sequence).padStart(21, "0");

/** Opens a stream for a table; returns its id. */
export const openStream = (engine: Engine, table: TableDefinition, viewType: StreamViewType): number => {
  const now = engine.clock();
  const taken = new Set(engine.catalog.streams().map(({ definition }) => definition.arn));
  const arnAt = (time: number) => `${table.arn}/stream/${labelOf(time)}`;
  let createdAt = now;
  while (taken.has(arnAt(createdAt))) createdAt++;
  const id = engine.catalog.nextId("streams");
  engine.catalog.addStream({
    id,
    arn: arnAt(createdAt),
    label: labelOf(createdAt),
    tableName: table.name,
    viewType,
    shardId: `shardId-${String(createdAt).padStart(20, "0")}-${randomBytes(4).toString("hex")}`,
    keys: keyAttributes(table),
    createdAt,
    startSequence: 1,
    trimmedThrough: 0,
  });
  return id;
};

const labelOf = (time: number): string => new Date(time).toISOString().slice(0, -1);

/** Ends the stream of a table. What it holds can be read until it is a day old. */
export const closeStream = (engine: Engine, table: TableDefinition): void => {
  const stream = engine.catalog.streamOf(table);
  if (stream !== undefined) engine.catalog.saveStream({ ...stream.definition, endedAt: engine.clock() });
};
