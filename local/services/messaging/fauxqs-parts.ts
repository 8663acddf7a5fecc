import type { BuildAppOptions, buildApp } from "fauxqs";

/*
 * fauxqs exports a server that listens on every network interface and checks no credentials, and keeps its stores and
 * its persistence to itself. The local cloud wants the same parts without a socket, behind its own front, so it loads
 * them by file. The version is pinned in package.json; the tests of this folder fail when the parts move.
 */

type Stores = NonNullable<BuildAppOptions["stores"]>;
export type SqsStore = Stores["sqsStore"];
export type SqsQueue = ReturnType<SqsStore["createQueue"]>;
export type SnsStore = Stores["snsStore"];
export type S3Store = Stores["s3Store"];
export type Persistence = NonNullable<SqsStore["persistence"]>;

export interface FauxqsParts {
  readonly buildApp: typeof buildApp;
  readonly SqsStore: new () => SqsStore;
  readonly SnsStore: new () => SnsStore;
  readonly S3Store: new () => S3Store;
  readonly PersistenceManager: new (dataDir: string) => Persistence;
}

const load = (file: string): Promise<unknown> => import(new URL(file, import.meta.resolve("fauxqs")).href);

export const loadFauxqs = async (): Promise<FauxqsParts> => {
  const modules = await Promise.all(
    ["./app.js", "./sqs/sqsStore.js", "./sns/snsStore.js", "./s3/s3Store.js", "./persistence.js"].map(load),
  );
  return Object.assign({}, ...modules) as FauxqsParts;
};
