import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Notification, subscribe } from "../../cli/client/notifications.ts";
import { installPackedPackage } from "../support/packed-package.ts";
import { type CliRun, runCli } from "../support/run-cli.ts";
import { ROOT, type StackProcess, startStackProcess } from "../support/stack-process.ts";

let folder: string;
let main: string;
let stack: StackProcess;

/** The files that docs/reuse.md shows: a path in bold, then its content. */
const writeShownFiles = async (): Promise<readonly string[]> => {
  const page = await readFile(join(ROOT, "docs/reuse.md"), "utf8");
  const files = [...page.matchAll(/^\*\*`(.+?)`\*\*\n\n```\w+\n([\s\S]*?)^```$/gm)];
  for (const [, path = "", content = ""] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return files.map(([, path = ""]) => path);
};

const nexus = (...args: readonly string[]): Promise<CliRun> => runCli(args, { cwd: folder, main });

/** The lines of "Run it", by the word that sets each apart. */
const shownCommand = async (word: string): Promise<readonly string[]> => {
  const page = await readFile(join(ROOT, "docs/reuse.md"), "utf8");
  const line = page.split("\n").find((candidate) => candidate.startsWith("npx nexus") && candidate.includes(word));
  if (line === undefined) throw new Error(`docs/reuse.md shows no command with ${word}`);
  return [...line.slice("npx nexus ".length).matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-reuse-"));
  main = await installPackedPackage(folder);
  expect(await writeShownFiles()).toContain("index.ts");
  expect(await nexus("generate")).toMatchObject({ exitCode: 0, stderr: "" });
  stack = await startStackProcess(join(folder, ".nexus"), { cwd: folder, main });
});
afterAll(async () => {
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("a second service on the published package", () => {
  it("takes its commands, projects its events, finds them and tells of them", async () => {
    const notified = Promise.withResolvers<Notification>();
    const feed = await subscribe(stack.running, "parcels", notified.resolve);
    const placed = await nexus(...(await shownCommand("RegisterParcel")));
    expect(placed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(placed.stdout)).toMatchObject({ aggregateId: "parcel-1", version: 1 });
    expect(await notified.promise).toMatchObject({ projection: "parcel-list", aggregateId: "parcel-1", version: 1 });
    await feed.close();

    for (const word of ["--filter", "--q"]) {
      const { stdout } = await nexus(...(await shownCommand(word)), "--json");
      expect(JSON.parse(stdout)).toMatchObject({
        items: [{ id: "parcel-1", version: 1, status: "registered", recipient: "Ada Lovelace", weightGrams: 1200 }],
      });
    }
  });

  it("is held to its own rules and schemas", async () => {
    const unknown = await nexus("command", "DeliverParcel", "--aggregate-id", "parcel-2", "--data", "{}");
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("PARCEL_UNKNOWN") });
    const weightless = '{"recipient":"Ada Lovelace","weightGrams":0}';
    const invalid = await nexus("command", "RegisterParcel", "--aggregate-id", "parcel-3", "--data", weightless);
    expect(invalid).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("/weightGrams must be >= 1") });
    const foreign = await nexus("command", "PlaceOrder", "--aggregate-id", "order-1", "--data", "{}");
    expect(foreign).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("NEXUS_COMMAND_UNKNOWN") });
  });

  it("may take the policies and the example's schemas from the package too", async () => {
    await writeFile(
      join(folder, "exports.ts"),
      `import { policies } from "nexus-blueprint/policy-pack";
       import placed from "nexus-blueprint/schemas/order/OrderPlaced.v1.json" with { type: "json" };
       console.log(JSON.stringify([policies.map(({ name }) => name), placed.title]));`,
    );
    const { stdout } = await runCli([], { cwd: folder, main: join(folder, "exports.ts") });
    const [names, title] = JSON.parse(stdout) as [string[], string];
    expect(names).toContain("nexus-dynamodb-table-encrypt-items");
    expect(title).toBe("OrderPlaced");
  });
});
