import type { FauxqsParts, Persistence } from "./fauxqs-parts.ts";

/** The write-through SQLite file of fauxqs, mended where 2.4.1 needs it. */
export const openPersistence = (parts: FauxqsParts, dataDir: string): Persistence => {
  const persistence = new parts.PersistenceManager(dataDir);
  const database = persistence["db"];
  // As the other engines: a committed transaction survives a killed process.
  database.exec("PRAGMA synchronous = NORMAL");
  // fauxqs also nulls the receive count here, which its own table forbids: ChangeMessageVisibility to 0 would fail.
  const makeReady = database.prepare(
    "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
  );
  persistence.updateMessageReady = (messageId) => {
    makeReady.run(messageId);
  };
  return persistence;
};

/** All that `run` writes is written, or nothing. */
export const atomically = (persistence: Persistence, run: () => void): void => persistence["transaction"](run);
