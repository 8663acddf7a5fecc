import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Plugin, PluginBuild } from "esbuild";

/** Files of packages, by how their paths end, and what bundles have in their place. */
type Omissions = Readonly<Record<string, string>>;

/** What no function runs. */
const EVERYWHERE: Omissions = {
  // Traces version 2 of the AWS SDK, and brings all of semver to ask which one it is.
  "aws-xray-sdk-core/dist/lib/patchers/aws_p.js":
    'exports.captureAWS = exports.captureAWSClient = () => { throw new Error("AWS SDK v2 is not traced"); };',
  // Asks X-Ray for sampling rules. On Lambda the service decides, and the SDK itself takes the local sampler.
  "aws-xray-sdk-core/dist/lib/middleware/sampling/default_sampler.js": 'module.exports = require("./local_sampler");',
  // Forgets the least recently used of a thousand discovered endpoints. Nobody discovers that many.
  "mnemonist/lru-cache.js":
    "module.exports = class extends Map { constructor() { super(); } peek(key) { return this.get(key); } };",
};

/** What no part runs; a handler of your own may, so that within `index.mjs` it stays. */
const IN_PARTS: Omissions = {
  // Integers over 2^53, which the client reads only when asked to.
  "json11/dist/cjs/index.cjs": "",
};

/** The groups of the OpenSearch API, most of its client. Parts call that of indices, and what belongs to no group. */
const OPENSEARCH_API = String.raw`@opensearch-project[\\/]opensearch[\\/]api[\\/]\w+[\\/]_api\.js$`;

const CLIENT_PACKAGE = String.raw`@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$`;

const escaped = (path: string): string => path.replaceAll(".", String.raw`\.`).replaceAll("/", String.raw`[\\/]`);

const leaveOut = ({ onLoad }: PluginBuild, omissions: Omissions): void => {
  for (const [path, contents] of Object.entries(omissions))
    onLoad({ filter: new RegExp(`${escaped(path)}$`) }, () => ({ contents, loader: "js" }));
};

/** Leaves out of bundles what no function runs, and of the SDK clients' package.json all but the version. */
export const omissions: Plugin = {
  name: "omissions",
  setup(build) {
    leaveOut(build, EVERYWHERE);
    build.onLoad({ filter: new RegExp(CLIENT_PACKAGE) }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/** Leaves out of parts what only code that we do not know might run. */
export const partOmissions: Plugin = {
  name: "part-omissions",
  setup(build) {
    leaveOut(build, IN_PARTS);
    build.onLoad({ filter: new RegExp(OPENSEARCH_API) }, ({ path }) =>
      basename(dirname(path)) === "indices" ? undefined : { contents: "module.exports = class {};", loader: "js" },
    );
  },
};
