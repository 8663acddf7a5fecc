// Emmett resolves from this folder's own node_modules: its peers do not fit the project's dependencies, and its SQLite
// adapter compiles a native library, so that nobody gets it who does not run the benchmarks.
import peers from "./package.json" with { type: "json" };

const INSTALL = "npm ci --prefix bench/peers";

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
    throw new Error(`${name} is not installed; run: ${INSTALL}`, { cause });
  }
};

export const evolve = (total: number, { data }: CounterAdded): number => total + data.amount;
export const initialState = (): number => 0;

/** Of Emmett's packages, as this folder's lock file has them. */
export const EMMETT_VERSIONS: Readonly<Record<string, string>> = peers.dependencies;

const isBusy = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";

/** Now and then a COMMIT of emmett-sqlite fails with SQLITE_BUSY, though nobody else writes; it is undone, and sent again. */
const persistent = (store: EmmettStore): EmmettStore => ({
  ...store,
  appendToStream: async (...args) => {
    for (;;)
      try {
        return await store.appendToStream(...args);
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
  },
});

export const openEmmett = async (fileName: string) => {
  const { getInMemoryEventStore, CommandHandler } = await load<Emmett>("@event-driven-io/emmett");
  const { getSQLiteEventStore } = await load<EmmettSqlite>("@event-driven-io/emmett-sqlite");
  return {
    memory: getInMemoryEventStore,
    sqlite: () => persistent(getSQLiteEventStore({ fileName, schema: { autoMigration: "CreateOrUpdate" } })),
    handle: CommandHandler({ evolve, initialState }),
  };
};
