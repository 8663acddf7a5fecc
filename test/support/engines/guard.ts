// Runs a program and kills it as soon as standard input ends, which it does when the process that started this one
// dies, however it dies. Usage: node guard.ts PROGRAM ARGUMENTS...
import { spawn } from "node:child_process";

const [program = "", ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
child.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
process.stdin.on("end", () => child.kill("SIGKILL")).resume();
