import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError, readProject } from "../../../local/engine/project.ts";

const PROJECT = "name: shop\nruntime: nodejs\n";
let folder: string;

const write = (files: Record<string, string>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nexus-project-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a project's configuration", () => {
  it("has full keys, defaults of the project below values of the stack, and structures as JSON", () => {
    write({
      "Pulumi.yaml": `${PROJECT}config:\n  size: 3\n  colour: { type: string, default: red }\n  shop:fixed: { value: yes }\n`,
      "Pulumi.dev.yaml": "config:\n  aws:region: eu-west-1\n  size: 5\n  shop:limits: { rate: 10 }\n  flag: true\n",
    });
    expect(readProject(folder, "dev").config).toEqual({
      "shop:size": "5",
      "shop:colour": "red",
      "shop:fixed": "yes",
      "shop:limits": '{"rate":10}',
      "shop:flag": "true",
      "aws:region": "eu-west-1",
    });
  });
});

describe("a project's program", () => {
  it("is the main file, in the folder it lies in", () => {
    write({ "Pulumi.yaml": `${PROJECT}main: index.ts\n`, "Pulumi.dev.yaml": "", "index.ts": "" });
    expect(readProject(folder, "dev")).toMatchObject({ workingDirectory: folder, entryPoint: "index.ts" });
  });

  it("is the folder itself where no main is named", () => {
    write({ "Pulumi.yaml": PROJECT, "Pulumi.dev.yaml": "" });
    expect(readProject(folder, "dev")).toMatchObject({ workingDirectory: folder, entryPoint: "." });
  });
});

describe("a project that cannot be run", () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ["no Pulumi.yaml", {}, /^no Pulumi\.yaml in .*run nexus in the folder of a Pulumi project$/],
    ["a stack without a file", { "Pulumi.yaml": PROJECT }, /Pulumi\.dev\.yaml for stack "dev"; create it/],
    [
      "broken YAML in the stack's file",
      { "Pulumi.yaml": PROJECT, "Pulumi.dev.yaml": "config:\n  a: b\n   c: [\n" },
      /Pulumi\.dev\.yaml:2:\d+: not valid YAML/,
    ],
    [
      "an encrypted value",
      { "Pulumi.yaml": PROJECT, "Pulumi.dev.yaml": "config:\n  shop:password:\n    secure: v1:abc\n" },
      /Pulumi\.dev\.yaml: shop:password is encrypted/,
    ],
    ["a list for its configuration", { "Pulumi.yaml": PROJECT, "Pulumi.dev.yaml": "config: [a]\n" }, /"config" is not/],
    ["a main that is not there", { "Pulumi.yaml": `${PROJECT}main: gone.ts\n`, "Pulumi.dev.yaml": "" }, /"gone\.ts"/],
    ["another language", { "Pulumi.yaml": "name: shop\nruntime: python\n", "Pulumi.dev.yaml": "" }, /"python"/],
    ["no name", { "Pulumi.yaml": "runtime: nodejs\n", "Pulumi.dev.yaml": "" }, /"name" is missing/],
  ])("because of %s is told where and why", (_what, files, message) => {
    write(files);
    expect(() => readProject(folder, "dev")).toThrow(InputError);
    expect(() => readProject(folder, "dev")).toThrow(message);
  });
});
