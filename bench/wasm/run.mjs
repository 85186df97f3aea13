// Runs the module's `run` once to warm up and once with a clock, and prints the
// milliseconds and the fingerprint. Usage: node run.mjs MODULE NODES SECONDS
import { readFile } from "node:fs/promises";

const [path, nodes, seconds] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(path), {});
const { run } = instance.exports;
run(Number(nodes), Number(seconds));
const start = performance.now();
const fingerprint = BigInt.asUintN(64, run(Number(nodes), Number(seconds)));
const took = performance.now() - start;
console.log(`${took} ${fingerprint.toString(16).padStart(16, "0")}`);
