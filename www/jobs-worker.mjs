// A worker of the page: hands messages to the program, and posts what that answers.
//
// A message is a `Uint8Array`, or an array of files (`File` or `Blob`) that later messages are about.
// What stands behind `?` in its address is handed on, so that no cache mixes two builds.

const version = self.location.search;

let files = [];
const reader = new FileReaderSync();
const read = (file, from, to) =>
  new Uint8Array(reader.readAsArrayBuffer(files[file].slice(from, to)));

async function start() {
  const { default: init, Program } = await import(`./jobs/jobs.js${version}`);
  await init({ module_or_path: new URL(`./jobs/jobs_bg.wasm${version}`, import.meta.url) });
  return new Program(read);
}

// Thrown outside of a promise it is an error of the worker, which the page hears of; as a rejection
// nobody would.
const fail = (error) => setTimeout(() => { throw error; });

const ready = start();
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

async function handle(data) {
  const program = await ready;
  if (data instanceof Uint8Array) {
    post(program, program.handle(data));
  } else {
    files = data;
  }
}

// What is asked first waits for the program: that it does not come is said here, too.
self.addEventListener("message", ({ data }) => handle(data).catch(fail));
