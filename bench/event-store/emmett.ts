// Emmett is no dependency of this repository: its SQLite adapter compiles a native library when it is installed.

const INSTALL =
  "npm install --no-save @event-driven-io/emmett@0.38.5 @event-driven-io/emmett-sqlite@0.38.5 (it compiles sqlite3)";

export interface CounterAdded {
  readonly type: "CounterAdded";
  readonly data: { readonly amount: number; readonly unit: string; readonly text: string };
}

/** As much of Emmett's event store as is measured. */
export interface EmmettStore {
  appendToStream(name: string, events: readonly CounterAdded[], options?: object): Promise<unknown>;
  aggregateStream(
    name: string,
    options: { evolve: (state: number, event: CounterAdded) => number; initialState: () => number },
  ): Promise<{ readonly state: number; readonly currentStreamVersion: bigint }>;
}

interface Emmett {
  getInMemoryEventStore(): EmmettStore;
  CommandHandler(options: {
    evolve: (state: number, event: CounterAdded) => number;
    initialState: () => number;
  }): (store: EmmettStore, id: string, handle: (state: number) => CounterAdded) => Promise<unknown>;
}

interface EmmettSqlite {
  getSQLiteEventStore(options: { fileName: string; schema: { autoMigration: "CreateOrUpdate" } }): EmmettStore;
}

const load = async <Module>(name: string): Promise<Module> => {
  try {
    return (await import(name)) as Module;
  } catch (cause) {
    throw new Error(`${name} is not installed: ${INSTALL}`, { cause });
  }
};

export const evolve = (total: number, { data }: CounterAdded): number => total + data.amount;
export const initialState = (): number => 0;

export const openEmmett = async (fileName: string) => {
  const { getInMemoryEventStore, CommandHandler } = await load<Emmett>("@event-driven-io/emmett");
  const { getSQLiteEventStore } = await load<EmmettSqlite>("@event-driven-io/emmett-sqlite");
  return {
    memory: getInMemoryEventStore,
    sqlite: () => getSQLiteEventStore({ fileName, schema: { autoMigration: "CreateOrUpdate" } }),
    handle: CommandHandler({ evolve, initialState }),
  };
};
