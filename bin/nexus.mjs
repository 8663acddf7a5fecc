#!/usr/bin/env node
// The published package holds JavaScript, as Node strips no types below node_modules; the repository holds its source.
import { existsSync } from "node:fs";

const [major] = process.versions.node.split(".");
if (Number(major) < 24) {
  process.stderr.write(`nexus: Node ${process.versions.node} is too old; use Node 24 or later\n`);
  process.exit(2);
}
const source = new URL("../cli/main.ts", import.meta.url);
await import(existsSync(source) ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
