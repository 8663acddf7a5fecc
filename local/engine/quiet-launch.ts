import { createRequire } from "node:module";
import { deferArborist, deferTypeScript, dropDebugMessages, keepNativeStacks } from "./sdk-shortcuts.ts";

// Loaded into the program's process before the SDK's launcher, to spare it work whose result nobody reads: about half of
// the time that a program of 150 resources takes.
const [, launcher] = process.argv;
if (launcher !== undefined) {
  const require = createRequire(launcher);
  keepNativeStacks(require);
  deferTypeScript(require);
  deferArborist(require);
  dropDebugMessages(require);
}
