// Run by .githooks/pre-commit: the checks that take a moment, side by side, as far as what is staged concerns them.
import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

interface Check {
  readonly title: string;
  /** The staged files that call for it. */
  readonly when: RegExp;
  /** Run by this Node. `...` stands for those of them that are not deleted. */
  readonly command: readonly string[];
}

const modules = (path: string): string => join("node_modules", path);

const CHECKS: readonly Check[] = [
  {
    title: "format and lint",
    when: /\.(ts|js|mjs|json)$/,
    command: [modules("@biomejs/biome/bin/biome"), "check", "--staged", "--no-errors-on-unmatched"],
  },
  {
    title: "import rules",
    when: /^(runtime|components|policy-pack|local|cli)\/.*\.ts$|^index\.ts$/,
    command: [modules("dependency-cruiser/bin/dependency-cruise.mjs"), "--config", ".dependency-cruiser.js", "..."],
  },
  {
    title: "generated files",
    when: /^schemas\/|\.gen\.(ts|js)$|^cli\/generate\//,
    command: ["cli/main.ts", "generate", "--check"],
  },
  { title: "schema compatibility", when: /^schemas\//, command: ["cli/main.ts", "schema", "check"] },
];

const staged = execFileSync("git", ["diff", "--cached", "--name-only", "--diff-filter=ACMRD", "-z"], {
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => file !== "");

const run = ({ title, command }: Check, files: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const args = command.flatMap((argument) =>
      argument === "..." ? files.filter((file) => existsSync(file)) : [argument],
    );
    execFile(process.execPath, args, { maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error !== null) process.stderr.write(`pre-commit: ${title}\n${stdout}${stderr}\n`);
      resolve(error === null);
    });
  });

const results = await Promise.all(
  CHECKS.map((check) => {
    const files = staged.filter((file) => check.when.test(file));
    return files.length === 0 ? true : run(check, files);
  }),
);
if (results.includes(false)) process.exitCode = 1;
