import analyzerProto, { type AnalyzeDiagnostic } from "@pulumi/pulumi/proto/analyzer_pb.js";
import struct, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Registration } from "../engine/registration.ts";
import { STACK_TYPE } from "../engine/urn.ts";
import { type Properties, toWire } from "../engine/values.ts";
import type { Analyzer } from "./pack.ts";

/** A resource of the previewed graph. */
export type PreviewedResource = Pick<
  Registration,
  "urn" | "type" | "name" | "parent" | "inputs" | "dependencies" | "propertyDependencies" | "options"
>;

export interface Violation {
  readonly policy: string;
  /** A mandatory one stops the run. */
  readonly level: "advisory" | "mandatory";
  readonly message: string;
  /** URN of the resource it is about; empty when it is about the stack. */
  readonly urn: string;
}

/** Evaluates every policy over every resource, then over the stack as a whole, in the order of the real engine. */
export const analyzeGraph = async (
  analyzer: Analyzer,
  resources: readonly PreviewedResource[],
): Promise<readonly Violation[]> => {
  const violations: Violation[] = [];
  for (const resource of resources) {
    if (resource.type === STACK_TYPE) continue;
    const response = await analyzer.analyze(resourceRequest(resource));
    for (const diagnostic of response.getDiagnosticsList())
      violations.push(violationOf(diagnostic, diagnostic.getUrn() || resource.urn));
  }
  const request = new analyzerProto.AnalyzeStackRequest().setResourcesList(resources.map(stackResource));
  const response = await analyzer.analyzeStack(request);
  for (const diagnostic of response.getDiagnosticsList()) violations.push(violationOf(diagnostic, diagnostic.getUrn()));
  return violations;
};

const violationOf = (diagnostic: AnalyzeDiagnostic, urn: string): Violation => ({
  policy: diagnostic.getPolicyname(),
  level: diagnostic.getEnforcementlevel() === analyzerProto.EnforcementLevel.MANDATORY ? "mandatory" : "advisory",
  message: diagnostic.getMessage(),
  urn,
});

const resourceRequest = (resource: PreviewedResource): analyzerProto.AnalyzeRequest =>
  new analyzerProto.AnalyzeRequest()
    .setType(resource.type)
    .setName(resource.name)
    .setUrn(resource.urn)
    .setProperties(propertiesOf(resource))
    .setOptions(optionsOf(resource));

const stackResource = (resource: PreviewedResource): analyzerProto.AnalyzerResource => {
  const message = new analyzerProto.AnalyzerResource()
    .setType(resource.type)
    .setName(resource.name)
    .setUrn(resource.urn)
    .setProperties(propertiesOf(resource))
    .setOptions(optionsOf(resource))
    .setParent(resource.parent)
    .setDependenciesList([...resource.dependencies]);
  for (const [property, urns] of Object.entries(resource.propertyDependencies))
    message
      .getPropertydependenciesMap()
      .set(property, new analyzerProto.AnalyzerPropertyDependencies().setUrnsList([...urns]));
  return message;
};

const optionsOf = ({ options, parent }: PreviewedResource): analyzerProto.AnalyzerResourceOptions =>
  new analyzerProto.AnalyzerResourceOptions()
    .setProtect(options.protect)
    .setIgnorechangesList([...options.ignoreChanges])
    .setAdditionalsecretoutputsList([...options.additionalSecretOutputs])
    .setAliasesList([...options.aliases])
    .setParent(parent);

const propertiesOf = ({ inputs }: PreviewedResource): struct.Struct =>
  struct.Struct.fromJavaScript(toWire(inputs as Properties) as Record<string, JavaScriptValue>);
