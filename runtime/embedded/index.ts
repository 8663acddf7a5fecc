/** A service in one process, with its log in one file. */
export type { Durability } from "../adapters/sqlite/event-file.ts";
export type { SqliteEventStoreOptions } from "../adapters/sqlite/sqlite-event-store.ts";
export type { Command, CommandReply } from "../application/command-handler.ts";
export { type EmbeddedOptions, type EmbeddedService, openService } from "./open-service.ts";
