// The import rules of the architecture. Tests may reach anywhere; what is deployed may not.
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const only = (name, layer, allowed, comment) =>
  rule(name, comment, { path: `^${layer}/` }, { path: ".", pathNot: [`^${layer}/`, ...allowed] });

export default {
  forbidden: [
    only("kernel-is-pure", "runtime/kernel", [], "the kernel imports nothing outward: no node:, no AWS, no Pulumi"),
    only("ports-know-the-kernel", "runtime/ports", ["^runtime/kernel/"], "ports import only the kernel"),
    only(
      "application-knows-kernel-and-ports",
      "runtime/application",
      ["^runtime/kernel/", "^runtime/ports/"],
      "use cases import no AWS, no adapter",
    ),
    only("domain-knows-the-kernel", "runtime/domain", ["^runtime/kernel/"], "the domain is plain functions"),
    rule(
      "handlers-go-through-composition",
      "a handler takes its use case from middleware/",
      { path: "^runtime/handlers/" },
      { path: "^runtime/(adapters|application|ports)/" },
    ),
    rule(
      "components-import-no-adapter",
      "infrastructure is described, not called",
      { path: "^(components/|index\\.ts)" },
      { path: "^(runtime/(adapters|application|middleware|handlers)/|node_modules/@aws-sdk)" },
    ),
    rule(
      "deployed-never-imports-local",
      "nothing that is deployed knows of the laptop",
      { path: "^(runtime|components|policy-pack|index\\.ts)" },
      { path: "^(local|cli|test|bench)/" },
    ),
    rule(
      "no-cycles",
      "a cycle hides a missing module",
      { path: "." },
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    rule(
      "no-unresolvable",
      "an import that is not in package.json; aws-lambda is types alone",
      { path: "." },
      { couldNotResolve: true, pathNot: "^(nexus:service|aws-lambda)$" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|\\.nexus)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".json"],
    },
  },
};
