import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** Files of packages that a function never runs, and what bundles have in their place. Paths end with what is named. */
export const OMITTED: Readonly<Record<string, string>> = {
  // Traces version 2 of the AWS SDK, and brings all of semver to ask which one it is.
  "aws-xray-sdk-core/dist/lib/patchers/aws_p.js":
    'exports.captureAWS = exports.captureAWSClient = () => { throw new Error("AWS SDK v2 is not traced"); };',
  // Asks X-Ray for sampling rules. On Lambda the service decides, and the SDK itself takes the local sampler.
  "aws-xray-sdk-core/dist/lib/middleware/sampling/default_sampler.js": 'module.exports = require("./local_sampler");',
};

const CLIENT_PACKAGE = String.raw`@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$`;

const escaped = (path: string): string => path.replaceAll(".", String.raw`\.`).replaceAll("/", String.raw`[\\/]`);

/** Leaves out of bundles what {@link OMITTED} names, and of the SDK clients' package.json all but the version. */
export const omissions: Plugin = {
  name: "omissions",
  setup({ onLoad }) {
    for (const [path, contents] of Object.entries(OMITTED))
      onLoad({ filter: new RegExp(`${escaped(path)}$`) }, () => ({ contents, loader: "js" }));
    onLoad({ filter: new RegExp(CLIENT_PACKAGE) }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};
