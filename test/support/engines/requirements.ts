import { type EngineModule, jarsObtainable } from "./jars.ts";
import { findJava } from "./java.ts";

export type EngineName = "DynamoDB Local" | "OpenSearch";

const requirements: Record<EngineName, { module: EngineModule; javaRelease: number }> = {
  "DynamoDB Local": { module: "dynamodb-local", javaRelease: 17 },
  // Its jars are class files of Java 21.
  OpenSearch: { module: "opensearch", javaRelease: 21 },
};

/** What this machine lacks to run an engine, as a sentence; undefined when it can run. */
export const engineLacks = (name: EngineName): string | undefined => {
  const { module, javaRelease } = requirements[name];
  if (findJava(javaRelease) === undefined)
    return `${name} needs a JDK ${javaRelease} or later; set JAVA_HOME or install one`;
  if (!jarsObtainable(module)) return `${name} needs Maven (mvn in PATH) to fetch its jars the first time`;
  return undefined;
};

export const engineAvailable = (name: EngineName): boolean => engineLacks(name) === undefined;

/** Path of a `java` that can run the engine. Throws with what is missing. */
export const requireJava = (name: EngineName): string => {
  const java = findJava(requirements[name].javaRelease);
  if (java === undefined) throw new Error(engineLacks(name));
  return java;
};
