// For each line that comes in, runs a function of the module once by the processor's clock and
// prints the milliseconds and the fingerprint. Usage: node run.mjs MODULE FUNCTION NUMBER…
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const [path, name, ...numbers] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(path), {});
const run = instance.exports[name];
for await (const _ of createInterface({ input: process.stdin })) {
  const start = process.cpuUsage();
  const fingerprint = BigInt.asUintN(64, run(...numbers.map(Number)));
  const { user, system } = process.cpuUsage(start);
  console.log(`${(user + system) / 1e3} ${fingerprint.toString(16).padStart(16, "0")}`);
}
