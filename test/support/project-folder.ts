import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NODE_MODULES = join(import.meta.dirname, "..", "..", "node_modules");

/** A Pulumi project in a folder of its own, with this package's dependencies. */
export class ProjectFolder {
  readonly path = mkdtempSync(join(tmpdir(), "nexus-project-"));

  constructor() {
    symlinkSync(NODE_MODULES, join(this.path, "node_modules"));
    this.write("package.json", '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module" }');
    this.write(
      "Pulumi.yaml",
      "name: shop\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.ts\n",
    );
    this.write("Pulumi.dev.yaml", "config: { aws:region: eu-west-1 }\n");
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text);
  }

  /** The body of the program; `aws` and `pulumi` are imported. */
  writeProgram(body: string): void {
    this.write(
      "index.ts",
      `import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\nvoid pulumi;\n${body}\n`,
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
