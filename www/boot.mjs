// Starts the program: notes what goes wrong from the first moment, shows how far loading is, and
// says in words why when it does not start.
//
// The names of the two files stand as attributes at this module's own element, because Trunk puts
// a hash into them (`pattern_script` in Trunk.toml).

/** Everything that went wrong in this tab, oldest first; the end-to-end tests read it. */
const troubles = [];
window.netsplit = { troubles };

addEventListener("error", (event) => troubles.push(String(event.message)));
addEventListener("unhandledrejection", (event) => troubles.push(String(event.reason)));
document.addEventListener("securitypolicyviolation", (event) =>
  troubles.push(`${event.effectiveDirective} forbids ${event.blockedURI}`),
);
const write = console.error;
console.error = (...words) => {
  troubles.push(words.map(String).join(" "));
  write.apply(console, words);
};

/** Fetches the program and moves the progress bar as its bytes arrive. */
async function fetchWithProgress(url, bar) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`);
  // Compressed answers give the length of what travels, not of what arrives: no scale then.
  const total = response.headers.has("Content-Encoding") ? 0 : Number(response.headers.get("Content-Length"));
  if (!bar || !total || !response.body) return response;
  bar.max = total;
  let arrived = 0;
  const counter = new TransformStream({
    transform(chunk, controller) {
      arrived += chunk.byteLength;
      bar.value = arrived;
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter), { headers: response.headers });
}

/** Says in the page what happened and what to do; the console has the details. */
function tell(reason) {
  const note = document.getElementById("trouble");
  note.textContent = `Netsplit could not start: ${reason instanceof Error ? reason.message : reason}. Reload the page; if it stays so, the copy on this server is incomplete or the browser is too old for WebAssembly.`;
  note.hidden = false;
  document.getElementById("progress")?.remove();
  document.documentElement.dataset.state = "failed";
}

/** The address of a moment that many microseconds before the one in the address bar. */
export function earlier(address, micros) {
  return address.replace(/([&#]t=)(\d+)(?:\.(\d{1,6}))?s?(?:\+\d+)?/, (_, name, seconds, rest = "") => {
    const at = Number(seconds) * 1e6 + Number(rest.padEnd(6, "0"));
    const then = Math.max(0, at - micros);
    const fraction = String(then % 1e6).padStart(6, "0").replace(/0+$/, "");
    return `${name}${Math.floor(then / 1e6)}${fraction && `.${fraction}`}s`;
  });
}

/** The program has stopped: the page that says so works without it. */
function stop(report) {
  const page = document.getElementById("panic");
  if (!page.hidden) return;
  const part = (name) => document.getElementById(`panic-${name}`);
  const here = location.href;
  part("report").textContent = report;
  part("link").value = here;
  part("copy").addEventListener("click", async () => {
    part("link").select();
    await navigator.clipboard?.writeText(`${here}\n${report}`);
    part("copy").textContent = "Copied";
  });
  // Only the fragment differs, and that alone loads nothing: so the page is loaded again.
  const leads = (name, address) =>
    part(name).addEventListener("click", (event) => {
      event.preventDefault();
      history.pushState(null, "", address);
      location.reload();
    });
  leads("back", earlier(here, 1e6));
  leads("again", here);
  leads("start", document.baseURI);
  // With it go the dialogs that lie over everything else.
  document.getElementById("app").remove();
  page.hidden = false;
  part("back").focus();
  document.documentElement.dataset.state = "failed";
}
addEventListener("netsplit-stopped", (event) => stop(event.detail));

try {
  const { glue, program } = document.querySelector("script[data-program]").dataset;
  const { default: start } = await import(new URL(glue, document.baseURI));
  const bar = document.getElementById("progress");
  await start({ module_or_path: fetchWithProgress(new URL(program, document.baseURI), bar) });
  document.documentElement.dataset.state = "ready";
} catch (reason) {
  tell(reason);
  throw reason;
}
