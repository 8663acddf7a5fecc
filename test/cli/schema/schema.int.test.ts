import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../support/run-cli.ts";

const schema = (version: number, properties: object, required: readonly string[] = []) => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  "x-nexus": { event: "OrderPlaced", aggregate: "order", version, route: "core", owner: "order" },
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const text = { type: "string" };
const V1 = schema(1, { total: { type: "number" }, country: text }, ["total"]);

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "nexus-schema-"));
  writeFileSync(join(cwd, "package.json"), "{}");
  write("order/OrderPlaced.v1.json", V1);
});
afterEach(() => rmSync(cwd, { recursive: true }));

const write = (path: string, content: unknown, folder = "schemas"): void => {
  const file = join(cwd, folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
};
const git = (...args: string[]) =>
  execFileSync(
    "git",
    ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", ...args],
    { cwd },
  );
const commit = (): void => {
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "published");
};
const nexus = (...args: string[]) => runCli(["schema", ...args], { cwd });
const json = async (...args: string[]) => {
  const { exitCode, stdout } = await nexus(...args, "--json");
  return { exitCode, ...(JSON.parse(stdout) as { verdict: string; changes: Record<string, unknown>[] }) };
};

describe("nexus schema check", () => {
  it.each([
    ["a required field removed", { country: text }, [], "nexus-schema-property-removed", "/properties/total"],
    [
      "a type narrowed",
      { total: { type: "integer" }, country: text },
      ["total"],
      "nexus-schema-type-narrowed",
      "/properties/total/type",
    ],
    [
      "a required field added",
      { total: { type: "number" }, country: text, sku: text },
      ["total", "sku"],
      "nexus-schema-required-added",
      "/properties/sku",
    ],
  ])("refuses %s since the last commit, by rule and path", async (_, properties, required, rule, path) => {
    commit();
    write("order/OrderPlaced.v1.json", schema(1, properties, required));
    const { exitCode, verdict, changes } = await json("check");
    expect({ exitCode, verdict }).toEqual({ exitCode: 1, verdict: "incompatible" });
    expect(changes[0]).toMatchObject({
      file: "schemas/order/OrderPlaced.v1.json",
      against: "HEAD",
      rule,
      path,
      breaking: true,
    });
  });

  it("accepts an optional field in a new version, and says how many schemas it looked at", async () => {
    commit();
    write(
      "order/OrderPlaced.v2.json",
      schema(2, { total: { type: "number" }, country: text, channel: text }, ["total"]),
    );
    const { exitCode, stdout } = await nexus("check");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("ok schemas/order/OrderPlaced.v2.json: compatible with OrderPlaced.v1");
    expect(stdout).toContain("2 schemas beside HEAD: 1 compared, 0 not compatible");
  });

  it("marks the line in a pull request", async () => {
    commit();
    write("order/OrderPlaced.v1.json", schema(1, { total: { type: "integer" }, country: text }, ["total"]));
    const { stdout } = await nexus("check", "--format", "github");
    expect(stdout).toMatch(
      /^::error file=schemas\/order\/OrderPlaced\.v1\.json,line=13,title=nexus-schema-type-narrowed::/,
    );
  });

  it("compares with a branch, and with another checkout or a folder of schemas", async () => {
    commit();
    git("checkout", "-q", "-b", "change");
    cpSync(join(cwd, "schemas"), join(cwd, "elsewhere/schemas"), { recursive: true });
    write("order/OrderPlaced.v1.json", schema(1, { total: { type: "integer" }, country: text }, ["total"]));
    git("add", "schemas");
    git("commit", "-q", "-m", "narrow");
    expect((await nexus("check")).exitCode).toBe(0);
    for (const against of ["main", "elsewhere", "elsewhere/schemas"])
      expect(await json("check", "--against", against)).toMatchObject({ exitCode: 1, changes: [{ against }] });
  });

  it("holds versions to each other where nothing is published", async () => {
    write("order/OrderPlaced.v2.json", schema(2, { country: text }));
    const backward = await json("check");
    expect(backward.exitCode).toBe(1);
    expect(backward.changes[0]).toMatchObject({ rule: "nexus-schema-property-removed", against: "OrderPlaced.v1" });
    const forward = await json("check", "--mode", "forward");
    expect(forward.changes[0]).toMatchObject({ rule: "nexus-schema-required-removed", path: "/properties/total" });
  });

  it("refuses what was published and is gone", async () => {
    commit();
    rmSync(join(cwd, "schemas/order/OrderPlaced.v1.json"));
    const { exitCode, changes } = await json("check");
    expect(exitCode).toBe(1);
    expect(changes).toMatchObject([
      { rule: "nexus-schema-version-removed", file: "schemas/order/OrderPlaced.v1.json" },
    ]);
  });

  it.each([
    [
      "a base that is neither",
      ["check", "--against", "nowhere"],
      "--against nowhere: is neither a folder nor a commit",
    ],
    ["a folder that is not there", ["check", "--schemas", "none"], "none: cannot be read as a folder of schemas"],
    ["an unknown mode", ["check", "--mode", "sideways"], "--mode sideways: must be one of BACKWARD"],
    ["a schema that nobody has", ["show", "Nothing"], "there is no schema Nothing; there are: OrderPlaced.v1"],
    ["a file that is not there", ["diff", "a.json", "b.json"], "b.json: cannot be read (ENOENT)"],
  ])("has no answer to %s", async (_, args, message) => {
    const { exitCode, stdout, stderr } = await nexus(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it.each([
    ["no JSON", '{\n  "type": "object",\n}', "schemas/order/OrderPlaced.v1.json:3:1: is not JSON"],
    ["no schema", '{ "type": "thing" }', "schemas/order/OrderPlaced.v1.json: /type must be one of"],
  ])("names the file that holds %s", async (_, content, message) => {
    commit();
    write("order/OrderPlaced.v1.json", content);
    const { exitCode, stderr } = await nexus("check");
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("nexus schema diff", () => {
  it("prints the verdict and the changes of any two schemas, and nothing else", async () => {
    write("old.json", { type: "integer" }, ".");
    write("new.json", { type: "number" }, ".");
    const { exitCode, stdout } = await nexus("diff", "old.json", "new.json", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      verdict: "compatible",
      changes: [
        {
          rule: "nexus-schema-type-widened",
          path: "/type",
          breaking: false,
          why: expect.stringContaining("The new schema accepts"),
          remedy: expect.any(String),
        },
      ],
    });
    expect((await nexus("diff", "old.json", "new.json", "--mode", "FULL")).exitCode).toBe(1);
  });

  it("names the file that is no schema", async () => {
    write("old.json", { type: "integer" }, ".");
    write("new.json", { minimum: "1" }, ".");
    const { exitCode, stderr } = await nexus("diff", "old.json", "new.json");
    expect(exitCode).toBe(2);
    expect(stderr).toBe("nexus: new.json: /minimum must be a number\n");
  });
});

describe("nexus schema list and show", () => {
  it("list what there is, and print the last version or the one that is named", async () => {
    const V2 = schema(2, { country: text });
    write("order/OrderPlaced.v2.json", V2);
    const { stdout } = await nexus("list", "--json");
    expect(JSON.parse(stdout)).toMatchObject([
      { aggregate: "order", kind: "event", name: "OrderPlaced", version: 1, route: "core" },
      { version: 2, file: "schemas/order/OrderPlaced.v2.json" },
    ]);
    expect((await nexus("list")).stdout).toMatch(/order\s+event\s+OrderPlaced\s+2\s+core/);
    expect(JSON.parse((await nexus("show", "OrderPlaced")).stdout)).toEqual(V2);
    expect(JSON.parse((await nexus("show", "OrderPlaced.v1")).stdout)).toEqual(V1);
  });
});
