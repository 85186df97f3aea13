//! Raft inside the world: messages a second, steps a second with the checks and
//! keyframes of a time line, seeks, and the same run natively and as wasm.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use bench_wasm::store;
use bench_wasm::{PACE, SETTLED, leader, options, propose, run, run_to, settled, work};
use cpu_time::ThreadTime;
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::moment::Moment;
use netsplit_sim::scene::{Act, Deed, Limits};
use netsplit_sim::timeline::{Progress, Timeline};
use netsplit_sim::world::World;

/// Nodes of these runs.
const NODES: u32 = 5;
/// Virtual seconds of the run that is timed natively and as wasm.
const SECONDS: u32 = 150;

/// Messages delivered, and how long that took, without checks.
pub fn messages() -> (u64, Duration) {
    let mut world = settled(NODES);
    let before = world.traffic().delivered;
    let start = ThreadTime::now();
    work(&mut world, SECONDS);
    let time = start.elapsed();
    (world.traffic().delivered - before, time)
}

/// A time line over a cluster whose logs hold `entries` entries, run until all
/// is committed, with commands to come.
fn timeline(entries: u64, seconds: u32) -> (Timeline<RaftLab>, Time) {
    let mut world = World::new(options(NODES, entries));
    run_to(&mut world, SETTLED);
    let ask = propose(leader(&world));
    let ready = SETTLED + Span::from_millis(1_000);
    let end = ready + Span::from_millis(u64::from(seconds) * 1_000);
    let mut acts = vec![Act { moment: Moment::after(SETTLED), deed: Deed::Choice(ask.clone()) }];
    let mut at = ready;
    while at < end {
        acts.push(Act { moment: Moment::after(at), deed: Deed::Choice(ask.clone()) });
        at += PACE;
    }
    let script = Rc::from(Vec::new());
    let mut timeline =
        Timeline::with_acts(options(NODES, entries), script, Limits::default(), acts);
    assert_eq!(timeline.run_to(Moment::after(ready), u64::MAX), Progress::Reached);
    (timeline, end)
}

/// Steps made, and how long they took, with every check and keyframe.
pub fn steps(entries: u64) -> (u64, Duration) {
    let (mut timeline, end) = timeline(entries, 20);
    let before = timeline.scene().world.steps();
    let start = ThreadTime::now();
    let progress = timeline.run_to(Moment::after(end), u64::MAX);
    let time = start.elapsed();
    assert_eq!(progress, Progress::Reached);
    assert!(timeline.scene().broken().is_empty(), "nothing is wrong with this run");
    (timeline.scene().world.steps() - before, time)
}

/// Seeks to moments anywhere in a run of a log that long, and how long they
/// took.
pub fn seeks(entries: u64) -> (u64, Duration) {
    const SEEKS: u64 = 10;
    let (mut timeline, end) = timeline(entries, 100);
    timeline.run_to(Moment::after(end), u64::MAX);
    let mut rng = Rng::new(3);
    let start = ThreadTime::now();
    for _ in 0..SEEKS {
        let at = rng.between(SETTLED.micros(), end.micros());
        timeline.seek(Moment::after(Time::from_micros(at)), u64::MAX);
    }
    (SEEKS, start.elapsed())
}

/// One run, natively: its fingerprint and how long it took.
pub fn native() -> (u64, Duration) {
    let start = ThreadTime::now();
    let fingerprint = run(NODES, SECONDS);
    (fingerprint, start.elapsed())
}

/// The same run as wasm.
///
/// # Errors
/// As [`Wasm::start`].
pub fn wasm() -> Result<Wasm, String> {
    Wasm::start("run", &[NODES, SECONDS])
}

/// Virtual seconds of the store's run.
const STORE_SECONDS: u32 = 10;

/// One run of the store, natively: its fingerprint, how many calls were answered, and how long it
/// took.
pub fn store() -> (u64, u64, Duration) {
    let start = ThreadTime::now();
    let scene = store::run(STORE_SECONDS);
    let took = start.elapsed();
    (scene.world.fingerprint().value(), store::answered(&scene), took)
}

/// The same as wasm.
///
/// # Errors
/// As [`Wasm::start`].
pub fn store_wasm() -> Result<Wasm, String> {
    Wasm::start("run_store", &[STORE_SECONDS])
}

/// A function as wasm, in a Node.js process that stays: what it has compiled, it
/// keeps.
pub struct Wasm {
    node: Child,
    ask: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Wasm {
    /// Starts Node.js with the module, to run this function of it.
    ///
    /// # Errors
    /// When there is no Node.js; in words.
    pub fn start(function: &str, numbers: &[u32]) -> Result<Wasm, String> {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        // This program stands in `release`, beside what was built for the other target.
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let built = program.ancestors().nth(2).ok_or("this program stands in no folder")?;
        let mut node = Command::new("node")
            .arg(format!("{root}/wasm/run.mjs"))
            .arg(built.join("wasm32-unknown-unknown/release/bench_wasm.wasm"))
            .arg(function)
            .args(numbers.iter().map(u32::to_string))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("Node.js is needed to run wasm (Debian: nodejs): {error}"))?;
        let ask = node.stdin.take().expect("it is a pipe");
        let answers = BufReader::new(node.stdout.take().expect("it is a pipe")).lines();
        Ok(Wasm { node, ask, answers })
    }

    /// One run: its fingerprint and how long it took.
    ///
    /// # Errors
    /// When Node.js did not run the module; in words.
    pub fn run(&mut self) -> Result<(u64, Duration), String> {
        let asked = writeln!(self.ask);
        let text = self.answers.next().and_then(Result::ok).unwrap_or_default();
        let parsed = text.split_once(' ').and_then(|(millis, fingerprint)| {
            let millis: f64 = millis.parse().ok()?;
            let fingerprint = u64::from_str_radix(fingerprint, 16).ok()?;
            Some((fingerprint, Duration::from_secs_f64(millis / 1e3)))
        });
        parsed.ok_or_else(|| format!("Node.js did not run the module ({asked:?}, {text:?})"))
    }
}

impl Drop for Wasm {
    fn drop(&mut self) {
        // Its input ends with this process at the latest; ended by hand, it leaves now.
        drop(self.node.kill());
        drop(self.node.wait());
    }
}
