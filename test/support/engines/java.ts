import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const subfolders = (folder: string): string[] => {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
};

/** Path of a program in `PATH`, or undefined. */
const findProgram = (name: string): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

const candidateHomes = (): string[] => {
  const fromEnvironment = Object.entries(process.env)
    .filter(([key]) => key === "JAVA_HOME" || key.startsWith("JAVA_HOME_"))
    .map(([, home]) => home ?? "");
  const inPath = findProgram("java");
  return [
    ...fromEnvironment,
    ...(inPath === undefined ? [] : [dirname(dirname(realpathSync(inPath)))]),
    ...subfolders("/usr/lib/jvm"),
    ...subfolders("/opt"),
    ...subfolders("/Library/Java/JavaVirtualMachines").map((folder) => join(folder, "Contents", "Home")),
  ];
};

/** Feature release of the JDK at `home`, such as 17, read from its `release` file; undefined when there is no JDK. */
const featureRelease = (home: string): number | undefined => {
  if (!existsSync(join(home, "bin", "java"))) return undefined;
  try {
    const version = /^JAVA_VERSION="(\d+)/m.exec(readFileSync(join(home, "release"), "utf8"))?.[1];
    return version === undefined ? undefined : Number(version);
  } catch {
    return undefined;
  }
};

/** Path of the `java` of the first JDK of at least this feature release, or undefined. */
export const findJava = (minimumRelease: number): string | undefined => {
  const home = candidateHomes().find((candidate) => (featureRelease(candidate) ?? 0) >= minimumRelease);
  return home === undefined ? undefined : join(home, "bin", "java");
};
