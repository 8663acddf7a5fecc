// npm run bench [-- NAME...]: runs the benchmarks of this folder, prints their rows, keeps the raw JSON in bench/results/.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import Table from "cli-table3";
import { type BenchResult, cellsOf } from "./result.ts";

const here = new URL(".", import.meta.url);
const own = new Set(["run.ts", "result.ts"]);
const all = readdirSync(here)
  .filter((file) => file.endsWith(".ts") && !own.has(file))
  .map((file) => file.replace(/\.ts$/, ""));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(", ")}; there are: ${all.join(", ")}`);
  process.exit(2);
}

mkdirSync(new URL("results/", here), { recursive: true });
for (const name of asked.length > 0 ? asked : all) {
  const { run } = (await import(new URL(`${name}.ts`, here).href)) as { run: () => Promise<BenchResult> };
  const result = await run();
  writeFileSync(new URL(`results/${name}.json`, here), `${JSON.stringify(result, null, 2)}\n`);
  const table = new Table({
    head: ["case", "reference", "reference value", "ours", "unit", "ratio", "range", "rounds"],
  });
  for (const row of result.rows) table.push(cellsOf(row));
  console.log(`${result.name}\n${table.toString()}`);
}
