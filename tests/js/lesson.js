// A page that is not ours, with the engine in it: what it tries of the module, and what it found.
//
// A line of the result is `ok WHAT` or `wrong WHAT: WHY`; those that begin with `fingerprint` and
// `link` are for the test that holds them against the engine on its own machine.

import init, { Run, scenarios } from "./js/netsplit.js";

/** What went wrong that nobody caught, for the end-to-end tests. */
const troubles = [];
window.netsplit = { troubles };
addEventListener("error", (event) => troubles.push(String(event.message)));
addEventListener("unhandledrejection", (event) => troubles.push(String(event.reason)));

const part = (id) => document.getElementById(id);
const write = (line) => part("result").append(`${line}\n`);

/** Writes down whether something holds; `found` is what there is instead. */
function check(what, holds, found = "") {
  write(holds ? `ok ${what}` : `wrong ${what}: ${JSON.stringify(found)}`);
}

/** What is thrown when this is called. */
function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return new Error("nothing was thrown");
}

/** The node that leads the highest term, as a view shows it. */
const leaderOf = (view) =>
  view.nodes.filter((node) => node.leads).sort((one, other) => other.term - one.term)[0];

function lesson() {
  const list = scenarios();
  const entry = list.find((scenario) => scenario.id === "first-election");
  check("the gallery is listed", list.length >= 12 && entry?.lookFor.endsWith("."), list);

  const run = Run.open("first-election");
  check("it says what was opened", run.about().title === entry.title, run.about());

  const heard = [];
  const leave = run.subscribe((view) => {
    heard.push(view.moment);
    part("caption").textContent = view.caption;
  });

  // An election.
  check("somebody is elected", run.runUntil("leader"));
  const elected = run.view();
  const first = leaderOf(elected);
  check("a leader's fields are in the paper's words", first.fields.currentTerm === first.term, first);
  check("it told so", run.told().some((told) => told.text.startsWith(`${first.name} leads`)), run.told());

  // The leader crashes.
  run.act("crash leader");
  check("it is down", run.view().nodes.find((node) => node.name === first.name).role === "down");
  check("somebody else is elected", run.runUntil("leader within 5s"));
  const second = leaderOf(run.view());
  check("in a later term", second.name !== first.name && second.term > first.term, second);
  run.act(`propose ${second.name} x=3`);
  run.runFor("201ms");
  const end = run.view();
  check("an entry is committed", leaderOf(end).committed > 0, leaderOf(end));
  check("nothing is broken", end.broken.length === 0, end.broken);
  check("listeners heard of each change", heard.length === 5 && heard.at(-1) === end.moment, heard);
  check("what they see is shown", part("caption").textContent === end.caption);

  // The past is exact, and the future is still there.
  run.seek(elected.moment);
  check("the past is as it was", run.view().fingerprint === elected.fingerprint, run.view().moment);
  run.seek(end.moment);
  check("so is what came after it", run.view().fingerprint === end.fingerprint, run.view().moment);
  run.seek(0);
  check("it begins with five nodes", run.step(5) === 5 && run.view().nodes.length === 5, run.view());
  run.seekStep(end.steps);
  check("steps are counted", run.view().fingerprint === end.fingerprint, run.view().steps);
  run.seek(end.moment);

  // What happened.
  const trace = run.trace();
  const acts = trace.filter((event) => event.kind === "act").map((event) => event.text);
  check("the trace has the acts", acts.includes("crash leader"), acts);
  const steps = trace.filter((event) => event.kind === "step");
  check("each step names its cause", steps.every((event) => event.cause < event.step));
  check("it ends where the run is", trace.at(-1).step === end.steps, trace.at(-1));
  const later = run.trace(elected.moment);
  check("a part of it begins later", later[0].at >= elected.at && later.length < trace.length, later[0]);
  check("peers have no clients", run.history().length === 0, run.history());

  // The moment as a link.
  const link = run.link();
  const again = Run.open(`https://a.host.example/somewhere/${link}`);
  check("a link opens at its moment", again.view().moment === end.moment, again.view().moment);
  check("with its fingerprint", again.view().fingerprint === end.fingerprint);
  check("and says that it is the same run", again.about().claim === "holds", again.about());
  again.free();

  // A script of one's own, which breaks a property.
  const script = "scenario raft nodes=3 seed=1\nrun until leader\nisolate leader\n";
  const own = Run.open(script);
  own.runTo("2s");
  check("a script runs", own.view().cuts.length === 4 && own.about().of === "script", own.view().cuts);
  own.free();

  // A store with clients.
  const store = Run.open("scenario kv nodes=3 clients=1 seed=4\nrun until leader\nc1 put x 1\n");
  check("a client is answered", store.runUntil("answered 1 on c1 within 2s"));
  const [call] = store.history();
  check("the history says so", call.call === "put x 1" && call.outcome === "ok" && call.returned > call.called, call);
  store.free();

  // Wrong words, wrong numbers, wrong everything.
  const before = run.view().fingerprint;
  const wrong = thrown(() => run.act("crash nobody"));
  check("a wrong act is told with its column", wrong.name === "NetsplitError" && wrong.column === 7, wrong.message);
  write(`   ${wrong.message}`);
  const bad = [
    () => run.act("crash leader\u0000"),
    () => run.act(7),
    () => run.act("crash ".repeat(100_000)),
    () => run.step(-1),
    () => run.step(1e9),
    () => run.step(0.5),
    () => run.step({}),
    () => run.runTo("tomorrow"),
    () => run.runTo(NaN),
    () => run.runTo(Infinity),
    () => run.runTo("11 days"),
    () => run.runTo(0),
    () => run.runFor("-1s"),
    () => run.runFor(null),
    () => run.runUntil("leder"),
    () => run.seek(-1),
    () => run.seek(),
    () => run.seekStep("x"),
    () => run.trace("never"),
    () => run.subscribe("me"),
    () => Run.open("frist-election"),
    () => Run.open(""),
    () => Run.open(),
    () => Run.open("https://a.host.example/#s1:AAAA"),
    () => Run.open("scenario raft nodes=99"),
    () => Run.open("\ud800scenario"),
    () => Run.open("x".repeat(1_000_000)),
  ].map(thrown);
  const kind = bad.filter((error) => error.name !== "NetsplitError" || error.message.length < 10);
  check("so is all that is wrong", kind.length === 0, kind.map(String));
  check("and nothing has changed by it", run.view().fingerprint === before);

  // Who listens may act, and may leave.
  const order = [];
  const stop = run.subscribe((view) => {
    order.push(view.steps);
    if (order.length < 3) run.step();
  });
  run.step();
  const rises = order.length === 3 && order[0] < order[1] && order[1] < order[2];
  check("a listener may change the run", rises, order);
  stop();
  stop();
  leave();
  const count = heard.length;
  run.step();
  check("who has left hears nothing", heard.length === count && order.length === 3, order);
  run.seek(end.moment);
  check("undo takes the last act back", run.undo() && run.view().at < end.at, run.view().moment);
  run.free();

  write(`fingerprint ${end.fingerprint}`);
  write(`link ${link}`);
}

try {
  await init();
  lesson();
  document.documentElement.dataset.state = "done";
} catch (error) {
  write(`wrong ${error}`);
  document.documentElement.dataset.state = "failed";
}
