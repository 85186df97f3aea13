// For each line that comes in, runs the module's `run` once by the processor's clock and
// prints the milliseconds and the fingerprint. Usage: node run.mjs MODULE NODES SECONDS
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const [path, nodes, seconds] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(path), {});
const { run } = instance.exports;
for await (const _ of createInterface({ input: process.stdin })) {
  const start = process.cpuUsage();
  const fingerprint = BigInt.asUintN(64, run(Number(nodes), Number(seconds)));
  const { user, system } = process.cpuUsage(start);
  console.log(`${(user + system) / 1e3} ${fingerprint.toString(16).padStart(16, "0")}`);
}
