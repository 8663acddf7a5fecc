import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findStale, generate } from "../../../cli/generate/generate.ts";
import { findProject } from "../../../cli/project.ts";
import type { Contract, EventContract } from "../../../runtime/kernel/contract.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-generate-"));
});
afterEach(() => rm(folder, { recursive: true }));

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

const event = (name = "TicketOpened", version = 1, more: object = {}) => ({
  $schema: DIALECT,
  "x-nexus": { event: name, aggregate: "ticket", version, route: "core", owner: "ticket" },
  type: "object",
  properties: {
    subject: { type: "string", maxLength: 20 },
    reporter: { $ref: "#/$defs/person" },
    watchers: { type: "array", items: { $ref: "#/$defs/person" } },
  },
  required: ["subject"],
  additionalProperties: false,
  $defs: {
    person: {
      type: "object",
      properties: { email: { type: "string", format: "email", "x-pii": true } },
      required: ["email"],
      additionalProperties: false,
    },
  },
  ...more,
});
const command = (name = "OpenTicket") => ({
  ...event(),
  "x-nexus": { command: name, aggregate: "ticket", version: 1 },
});

const write = async (files: Readonly<Record<string, unknown>>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, "schemas", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  }
};
const options = () => ({
  schemas: join(folder, "schemas"),
  out: join(folder, "domain"),
  kernel: "nexus-blueprint/runtime",
});
const generated = (name: string) => join(folder, "domain/ticket", name);
const load = async (): Promise<Record<string, unknown>> =>
  await import(pathToFileURL(generated("contracts.gen.ts")).href);

describe("nexus generate", () => {
  const valid = {
    "ticket/TicketOpened.v1.json": event(),
    "ticket/TicketOpened.v2.json": event("TicketOpened", 2),
    "ticket/commands/OpenTicket.v1.json": command(),
  };

  it("makes contracts that validate without any import at run time", async () => {
    await write(valid);
    await generate(options());
    const contracts = await load();
    const opened = contracts["ticketOpenedV1"] as EventContract;
    expect(opened).toMatchObject({ name: "TicketOpened", aggregate: "ticket", version: 1, route: "core" });
    expect(opened.personalData).toEqual(["/reporter/email", "/watchers/*/email"]);
    expect(opened.validate({ subject: "it burns", reporter: { email: "a@example.org" } })).toEqual([]);
    expect(opened.validate({ reporter: { email: "none" }, watchers: [{}], "a/b": 1 })).toEqual([
      { path: "/subject", keyword: "required", message: "is required", valueType: "missing" },
      { path: "/a~1b", keyword: "additionalProperties", message: "is not a known property", valueType: "number" },
      { path: "/reporter/email", keyword: "format", message: 'must match format "email"', valueType: "string" },
      { path: "/watchers/0/email", keyword: "required", message: "is required", valueType: "missing" },
    ]);
    for (const name of ["contracts.gen.ts", "validators.gen.ts"]) {
      const imports = (await readFile(generated(name), "utf8")).match(/^import .*$/gm) ?? [];
      expect(
        imports.filter((line) => !line.startsWith("import type") && !line.includes("./validators.gen.ts")),
      ).toEqual([]);
    }
  });

  it("lists every version of an event and the newest of a command", async () => {
    await write(valid);
    await generate(options());
    const { events, commands } = (await load()) as { events: EventContract[]; commands: Record<string, Contract> };
    expect(events.map(({ name, version }) => `${name}.v${version}`)).toEqual(["TicketOpened.v1", "TicketOpened.v2"]);
    expect(Object.keys(commands)).toEqual(["OpenTicket"]);
  });

  it("gives types of the same name in two schemas names of their own", async () => {
    await write(valid);
    await generate(options());
    const declared =
      (await readFile(generated("contracts.gen.ts"), "utf8")).match(/^export (interface|type) \w+/gm) ?? [];
    expect(new Set(declared).size).toBe(declared.length);
    expect(declared).toContain("export interface TicketOpenedV2Person");
  });

  it("digests what a schema says, not how it is laid out", async () => {
    const { type, ...rest } = event();
    await write({ "ticket/TicketOpened.v1.json": event(), "ticket/TicketClosed.v1.json": event("TicketClosed") });
    await generate(options());
    const before = await readFile(generated("contracts.gen.ts"), "utf8");
    await write({ "ticket/TicketOpened.v1.json": JSON.stringify({ ...rest, type }, null, 4) });
    await generate(options());
    const hashes = (text: string) => text.match(/hash: "\w+"/g);
    expect(hashes(await readFile(generated("contracts.gen.ts"), "utf8"))).toEqual(hashes(before));
    expect(new Set(hashes(before)).size).toBe(2);
  });

  it("writes nothing the second time, and takes contract types from the specifier it is given", async () => {
    await write(valid);
    expect(await generate(options())).toHaveLength(2);
    expect(await generate(options())).toEqual([]);
    expect(await readFile(generated("contracts.gen.ts"), "utf8")).toContain('from "nexus-blueprint/runtime"');
    await generate({ ...options(), kernel: join(folder, "kernel/contract.ts") });
    expect(await readFile(generated("contracts.gen.ts"), "utf8")).toContain('from "../../kernel/contract.ts"');
  });

  it("finds generated files that are missing, changed or left over", async () => {
    await write(valid);
    expect(await findStale(options())).toEqual([generated("contracts.gen.ts"), generated("validators.gen.ts")]);
    await generate(options());
    expect(await findStale(options())).toEqual([]);
    await write({ "ticket/commands/OpenTicket.v1.json": { ...command(), description: "changed" } });
    expect(await findStale(options())).toEqual([generated("contracts.gen.ts")]);
    await generate(options());
    await mkdir(join(folder, "domain/gone"));
    await writeFile(join(folder, "domain/gone/contracts.gen.ts"), "");
    expect(await findStale(options())).toEqual([join(folder, "domain/gone/contracts.gen.ts")]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["text that is not JSON", { "ticket/TicketOpened.v1.json": "{ oops" }, "TicketOpened.v1.json: is not JSON"],
    ["a list", { "ticket/TicketOpened.v1.json": [] }, "TicketOpened.v1.json: must hold a JSON object"],
    ["another file name", { "ticket/opened.json": event() }, "opened.json: must be named <Name>.v<n>.json"],
    ["a name unlike the file's", { "ticket/TicketClosed.v1.json": event() }, '#/x-nexus/event: must be "TicketClosed"'],
    ["a version unlike the file's", { "ticket/TicketOpened.v2.json": event() }, "#/x-nexus/version: must be 2"],
    ["an aggregate unlike the folder's", { "cat/TicketOpened.v1.json": event() }, '#/x-nexus/aggregate: must be "cat"'],
    ["a gap", { "ticket/TicketOpened.v2.json": event("TicketOpened", 2) }, "version 1 is missing"],
    ["no mark", { "ticket/TicketOpened.v1.json": event("TicketOpened", 1, { "x-nexus": undefined }) }, "x-nexus"],
    [
      "an unknown route",
      { "ticket/TicketOpened.v1.json": event("T", 1, { "x-nexus": { ...event()["x-nexus"], route: "slow" } }) },
      '#/x-nexus/route: must be one of ["core","standard"]',
    ],
    [
      "another dialect",
      {
        "ticket/TicketOpened.v1.json": event("TicketOpened", 1, { $schema: "http://json-schema.org/draft-07/schema#" }),
      },
      `#/$schema: must be "${DIALECT}"`,
    ],
    [
      "an open object",
      { "ticket/TicketOpened.v1.json": event("TicketOpened", 1, { $defs: { person: { type: "object" } } }) },
      "#/$defs/person: must say additionalProperties: false",
    ],
    [
      "an unknown keyword",
      { "ticket/TicketOpened.v1.json": event("TicketOpened", 1, { minimumLength: 3 }) },
      'unknown keyword: "minimumLength"',
    ],
    [
      "a keyword of the wrong type",
      { "ticket/TicketOpened.v1.json": event("TicketOpened", 1, { required: "subject" }) },
      "#/required: must be array",
    ],
    [
      "a reference out of the file",
      { "ticket/TicketOpened.v1.json": event("TicketOpened", 1, { properties: { a: { $ref: "other.json" } } }) },
      "#/properties/a/$ref: must stay within the file",
    ],
    [
      "a reference to nothing",
      { "ticket/TicketOpened.v1.json": event("TicketOpened", 1, { properties: { a: { $ref: "#/$defs/b" } } }) },
      "#/properties/a/$ref: points to nothing",
    ],
    [
      "a command with the name of an event",
      { "ticket/TicketOpened.v1.json": event(), "ticket/commands/TicketOpened.v1.json": command("TicketOpened") },
      "TicketOpened is already the name of",
    ],
    ["no schema at all", { "ticket/README.md": "" }, "schemas: holds no schema"],
  ])("refuses %s, naming file and place, and writes nothing", async (_, files, message) => {
    await write(files);
    await expect(generate(options())).rejects.toThrow(message);
    await expect(readFile(generated("contracts.gen.ts"))).rejects.toThrow("ENOENT");
  });

  it("tells of all problems at once", async () => {
    await write({ "ticket/TicketOpened.v1.json": "{", "ticket/TicketClosed.v1.json": event() });
    await expect(generate(options())).rejects.toMatchObject({ problems: [{}, {}] });
  });
});

it("has the repository's generated files up to date", async () => {
  const { schemas, generated, kernel } = findProject(join(import.meta.dirname, "../../.."));
  expect(await findStale({ schemas, out: generated, kernel })).toEqual([]);
});
