// A worker of the page: hands messages to the program, and posts what that answers.
//
// A message is a `Uint8Array`, or an array of files (`File` or `Blob`), which later messages are about.

import init, { Program } from "./jobs/jobs.js";

let files = [];
const reader = new FileReaderSync();
const read = (file, from, to) =>
  new Uint8Array(reader.readAsArrayBuffer(files[file].slice(from, to)));

const ready = init().then(() => new Program(read));
let timer;

function post(program, answers) {
  for (const bytes of answers) {
    self.postMessage(bytes, [bytes.buffer]);
  }
  clearTimeout(timer);
  const wait = program.wakesIn();
  if (wait !== undefined) {
    timer = setTimeout(() => post(program, program.wake()), wait);
  }
}

self.addEventListener("message", async ({ data }) => {
  const program = await ready;
  if (data instanceof Uint8Array) {
    post(program, program.handle(data));
  } else {
    files = data;
  }
});
