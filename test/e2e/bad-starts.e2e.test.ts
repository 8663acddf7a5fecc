import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataFolder } from "../../local/data-folder.ts";
import { type CliRun, runCli } from "../support/run-cli.ts";
import { ROOT } from "../support/stack-process.ts";

let project: string;
let data: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "nexus-bad-start-"));
  data = join(project, ".nexus");
  await symlink(join(ROOT, "node_modules"), join(project, "node_modules"));
  await write({
    "package.json": '{ "type": "module" }',
    "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.ts\n",
    "Pulumi.dev.yaml": "config:\n  aws:region: eu-west-1\n",
    "index.ts": `import { EventStore, loadService, readConfig } from ${JSON.stringify(join(ROOT, "components/index.ts"))};
      export default async () => {
        const { eventsTable } = readConfig();
        const loaded = await loadService(new URL("./service.ts", import.meta.url));
        new EventStore("shop", { ...loaded, ...eventsTable });
      };`,
    "service.ts": `export { default } from ${JSON.stringify(join(ROOT, "runtime/domain/service.ts"))};`,
  });
});
afterEach(() => rm(project, { recursive: true, force: true }));

const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), content);
  }
};

const written = async (): Promise<readonly string[]> => [
  ...(await readdir(project)),
  ...(await readdir(data).catch(() => [])),
];

const up = (...args: readonly string[]): Promise<CliRun> => runCli(["up", "--once", ...args], { cwd: project });

/** One line that says what is wrong, and no trace of a stack. */
const expectRefusal = ({ exitCode, stderr }: CliRun, wanted: { exitCode: number; says: RegExp }): void => {
  expect(stderr).toMatch(wanted.says);
  expect(stderr).toMatch(/^nexus: [^\n]+\n$/);
  expect(exitCode).toBe(wanted.exitCode);
};

/** The folder can be used as if nothing had been tried. */
const expectFree = (): void => openDataFolder(data).release();

type Files = Readonly<Record<string, string>>;

describe("nexus up", () => {
  it.each<readonly [what: string, files: Files, args: readonly string[], says: RegExp]>([
    [
      "a stack file that is not YAML",
      { "Pulumi.dev.yaml": "config:\n  aws:region: eu-west-1\n bad: [\n" },
      [],
      /Pulumi\.dev\.yaml:3:\d+: not valid YAML: /,
    ],
    [
      "a stack file whose config is a list",
      { "Pulumi.dev.yaml": "config: [1]\n" },
      [],
      /Pulumi\.dev\.yaml: "config" is not a mapping/,
    ],
    [
      "a secret that only its passphrase opens",
      { "Pulumi.dev.yaml": "config:\n  shop:key:\n    secure: abc\n" },
      [],
      /Pulumi\.dev\.yaml: shop:key is encrypted/,
    ],
    ["a stack without a file", {}, ["--stack", "staging"], /no .*Pulumi\.staging\.yaml for stack "staging"; create it/],
    [
      "a program that is not there",
      { "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: gone.ts\n" },
      [],
      /"gone\.ts"/,
    ],
    ["a program in another language", { "Pulumi.yaml": "name: shop\nruntime: go\n" }, [], /"go" does not run locally/],
    ["a policy pack that is none", {}, ["--policy-pack", "."], /--policy-pack \.: no PulumiPolicy\.yaml there/],
    ["data of another version", { ".nexus/format.json": '{"version":99}' }, [], /data format 99.*nexus reset/],
    [
      "a data folder of something else",
      { ".nexus/notes.txt": "mine" },
      [],
      /not a data folder of nexus; choose another/,
    ],
  ])("ends with 2 for %s, before it starts anything", async (_, files, args, says) => {
    await write(files);
    const before = await written();
    expectRefusal(await up(...args), { exitCode: 2, says });
    expect(await written()).toEqual(before);
  });

  it("ends with 2 for a port that another program has", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expectRefusal(await up("--port", String(port)), {
      exitCode: 2,
      says: new RegExp(`port ${port} .*in use by another program. Stop it, or choose another port`),
    });
    other.close();
    expectFree();
  });

  it("ends with 2 for a data folder that another stack uses", async () => {
    const { release } = openDataFolder(data);
    expectRefusal(await up(), { exitCode: 2, says: /\.nexus is in use by another stack; stop it, or choose another/ });
    release();
  });

  it.each<readonly [what: string, files: Files, says: RegExp]>([
    [
      "a service module that throws at import",
      { "service.ts": 'throw new Error("no such luck");' },
      /service module .*service\.ts failed at import: Error: no such luck \(at .*service\.ts:1:\d+\)/,
    ],
    [
      "a service module that does not compile",
      { "service.ts": "export default {{;" },
      /service module .*service\.ts failed at import: SyntaxError: /,
    ],
    [
      "a service module that exports no service",
      { "service.ts": "export default 1;" },
      /service module .*service\.ts: export by default what service\(\{\.\.\.\}\) returns/,
    ],
    [
      "a config key that is not known",
      { "Pulumi.dev.yaml": "config:\n  shop:eventTable:\n    billing: onDemand\n" },
      /shop:eventTable.*eventsTable/,
    ],
    [
      "a config value that is wrong",
      { "Pulumi.dev.yaml": "config:\n  shop:eventsTable:\n    billing: free\n" },
      /shop:eventsTable\.billing.*provisioned, onDemand.*"free"/,
    ],
  ])("ends with 1 for %s, with nothing realised", async (_, files, says) => {
    await write(files);
    expectRefusal(await up(), { exitCode: 1, says });
    expectFree();
  });
});
