// node serving-process.ts FOLDER: serves a log whose state lies in the folder, and prints its `LogAddress` in JSON.

import { openLogCloud } from "../../../support/counter/log-cloud.ts";

const [folder = ""] = process.argv.slice(2);
const { address } = await openLogCloud({ folder });
process.stdout.write(`${JSON.stringify(address)}\n`);
