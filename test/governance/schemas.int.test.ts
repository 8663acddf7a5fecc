import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { previewStack } from "../../local/preview-stack.ts";
import { startStack } from "../../local/stack.ts";
import { GlueSchemaStore } from "../../runtime/adapters/glue/glue-schema-store.ts";
import { MemoryEventStore } from "../../runtime/adapters/memory/memory-event-store.ts";
import { SchemaRegistry } from "../../runtime/application/schema-registry.ts";
import { ValidatedEventStore } from "../../runtime/application/validated-event-store.ts";
import orders from "../../runtime/domain/service.ts";
import { ServiceCatalog } from "../../runtime/kernel/catalog.ts";
import type { JsonSchema } from "../../runtime/kernel/contract.ts";
import type { ServiceDefinition } from "../../runtime/kernel/service.ts";
import { cloudClients } from "../support/cloud-clients.ts";
import { draft } from "../support/counter/commits.ts";
import { FixedRuntime, RecordingTelemetry } from "../support/counter/runtime.ts";
import { ProjectFolder } from "../support/project-folder.ts";
import { runCli } from "../support/run-cli.ts";
import { ROOT } from "../support/stack-process.ts";
import { SCHEMA_BRANCHES, type SchemaBranch } from "./schema-branches.ts";

const PUBLISHED = join(ROOT, "schemas");
const FILE = "order/PaymentProcessed.v1.json";
const published = JSON.parse(readFileSync(join(PUBLISHED, FILE), "utf8")) as JsonSchema;

/** The order service with another schema of PaymentProcessed.v1, as the code of a branch has it. */
const withSchema = (schema: JsonSchema): ServiceDefinition => ({
  ...orders,
  aggregates: orders.aggregates.map((aggregate) => ({
    ...aggregate,
    events: aggregate.events.map((event) => (event.name === "PaymentProcessed" ? { ...event, schema } : event)),
  })),
});

/** A program that registers the schemas of the service, that of PaymentProcessed.v1 read from a file beside it. */
const PROGRAM = `
import { readFileSync } from "node:fs";
import { SchemaRegistry } from ${JSON.stringify(join(ROOT, "components/index.ts"))};
import service from ${JSON.stringify(join(ROOT, "runtime/domain/service.ts"))};
const schema = JSON.parse(readFileSync(new URL("schema.json", import.meta.url), "utf8"));
const of = (event) => (event.name === "PaymentProcessed" ? { ...event, version: schema["x-nexus"].version, schema } : event);
const events = ({ events, name }) => [
  ...events.filter((event) => schema["x-nexus"].version > 1 || event.name !== "PaymentProcessed"),
  ...events.filter((event) => event.name === "PaymentProcessed").map(of),
];
const aggregates = service.aggregates.map((one) => ({ ...one, events: events(one) }));
new SchemaRegistry("orders", { service: { ...service, aggregates }, serviceModule: "", stage: "dev", protect: false });
`;

const PACK = join(import.meta.dirname, "../local/policy/fixtures/pack");
let folder: string;
let project: ProjectFolder;
const options = () => ({
  directory: project.path,
  stack: "dev",
  dataDirectory: join(project.path, ".nexus"),
  policyPack: PACK,
});
const up = () => startStack({ ...options(), port: 0, readModel: "sqlite" });
const write = (schema: JsonSchema) => project.write("schema.json", JSON.stringify(schema));

/** Tries to append the event through the port over the stack's own Glue, as a function with the branch's code would. */
const appendRefusals: Record<string, unknown> = {};
const append = async (store: GlueSchemaStore, { change }: SchemaBranch) => {
  const [telemetry, runtime, events] = [new RecordingTelemetry(), new FixedRuntime(), new MemoryEventStore()];
  const catalog = new ServiceCatalog(withSchema(change(published)));
  const registry = new SchemaRegistry({ catalog, store, runtime, telemetry });
  const log = new ValidatedEventStore({ events, registry, telemetry });
  const event = { type: "PaymentProcessed", schemaVersion: 1, data: {} };
  return log
    .append({ aggregateId: "order-1", version: 0 }, { ...draft("order-1", { events: [event] }), aggregate: "order" })
    .catch((error: unknown) => error);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nexus-branches-"));
  project = new ProjectFolder();
  project.writeProgram(PROGRAM);
  write(published);
  const stack = await up();
  const store = new GlueSchemaStore(cloudClients(stack).glue(), "orders-dev");
  for (const branch of SCHEMA_BRANCHES) appendRefusals[branch.what] = await append(store, branch);
  await stack.close();
});
afterAll(() => {
  project.remove();
  rmSync(folder, { recursive: true });
});

describe.each(SCHEMA_BRANCHES)("a branch that $what", (branch) => {
  const { what, change, rule, path } = branch;
  const named = expect.stringContaining(`${rule} at ${path}`);

  it("fails the check of the pull request", async () => {
    const schemas = join(folder, what.replaceAll(" ", "-"));
    cpSync(PUBLISHED, schemas, { recursive: true });
    writeFileSync(join(schemas, FILE), JSON.stringify(change(published)));
    const { exitCode, stdout } = await runCli(
      ["schema", "check", "--schemas", schemas, "--against", PUBLISHED, "--json"],
      {
        cwd: ROOT,
      },
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "incompatible",
      changes: expect.arrayContaining([expect.objectContaining({ rule, path, breaking: true })]),
    });
  });

  it("is refused by the deployment", async () => {
    write(change(published));
    const refused = { code: "NEXUS_SCHEMA_INCOMPATIBLE", message: named, context: { rules: [rule] } };
    await expect(up()).rejects.toMatchObject(refused);
  });

  it("is refused by the preview of a program that adds it as a new version", async () => {
    const mark = { ...(published["x-nexus"] as object), version: 2 };
    write({ ...change(published), "x-nexus": mark });
    await expect(previewStack(options())).rejects.toThrow(expect.objectContaining({ message: named }));
  });

  it("cannot append such an event where it was deployed all the same", () => {
    expect(appendRefusals[what]).toMatchObject({
      code: "NEXUS_SCHEMA_DRIFT",
      message: named,
      context: { rules: [rule] },
    });
  });
});

it("what was refused has changed nothing", async () => {
  write(published);
  const { steps } = await previewStack(options());
  expect(steps.filter(({ action }) => action !== "same")).toEqual([]);
});

it("a change that breaks nobody passes the check, the preview and the deployment", async () => {
  const said = { ...published, description: "A payment went through." };
  write(said);
  const { steps } = await previewStack(options());
  expect(steps.filter(({ action }) => action !== "same").map(({ changed }) => changed)).toEqual([["schemaDefinition"]]);
  const stack = await up();
  const store = new GlueSchemaStore(cloudClients(stack).glue(), "orders-dev");
  expect((await store.latest("PaymentProcessed", 1))?.schema).toEqual(said);
  await stack.close();
});
