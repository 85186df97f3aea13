//! The swarm: green without a mistake, with everything that it says it tests
//! seen; red with each mistake that it is known to find.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use netsplit_sim::labs::kv::KvLab;
use netsplit_sim::labs::mapreduce::MapReduceLab;
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::labs::shardctrl::ShardctrlLab;
use netsplit_sim::labs::shardkv::ShardLab;
use netsplit_sim::labs::txn::TxnLab;
use netsplit_sim::minimize::{minimize, script};
use netsplit_sim::moment::Moment;
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Act, Advanced, Limits, Scene};
use netsplit_sim::script::limits;
use netsplit_sim::swarm::lab::SwarmLab;
use netsplit_sim::swarm::{self, CannotRun, Played, Report, SWARMS, Swarm};
use netsplit_sim::trace::Happened;

use crate::kept;
use crate::mutants::{Mistake, OBLIGATORY, catalogue, mistake};

/// Seeds of a short run, and of a full one.
const SEEDS: u64 = 300;
const SEEDS_FULL: u64 = 10_000;
/// Seeds that are tried when the table of mistakes is written anew.
const SEEDS_TO_FIND: u64 = 1_500;

fn is_full() -> bool {
    std::env::var_os("NETSPLIT_FULL").is_some_and(|value| value == "1")
}

fn file(path: &str) -> (PathBuf, String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
    (path, text)
}

/// The lines of a table: no empty ones, no comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn of(lab: &str) -> &'static Swarm {
    swarm::of(lab).expect("the lab has a swarm")
}

fn run(lab: &str, seed: u64, mistakes: &[&str]) -> Report {
    of(lab).run(seed, mistakes).expect("the mistakes are in the catalogue")
}

fn play<L: SwarmLab>(seed: u64, mistakes: &[&str]) -> Played<L> {
    swarm::play(seed, mistakes).expect("the mistakes are in the catalogue")
}

fn sentence(report: &Report) -> String {
    let broken = report.broken.as_ref().expect("only red runs are told");
    let told = format!("{} at {}: {}", broken.property, broken.moment, report.command());
    let again = of(report.lab).small(report.seed, &report.mistakes, 400);
    match again.expect("the mistakes are in the catalogue") {
        (_, Some(small)) => format!("{told}\n{}", small.script),
        (_, None) => told,
    }
}

fn every_seed_is_green(lab: &str) {
    let count = if is_full() { SEEDS_FULL } else { SEEDS };
    let sweep = of(lab).sweep(1..=count, &[]).expect("no mistake is asked for");
    let broken: Vec<String> = sweep.broken.iter().map(sentence).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
    let never: Vec<&str> = sweep.never().into_iter().map(|kind| kind.name()).collect();
    assert_eq!(never, Vec::<&str>::new(), "never happened in {count} runs of {lab}");
}

#[test]
fn without_a_mistake_every_seed_of_raft_is_green_and_every_kind_is_seen() {
    every_seed_is_green("raft");
}

#[test]
fn without_a_mistake_every_seed_of_the_store_is_green_and_every_kind_is_seen() {
    every_seed_is_green("kv");
}

#[test]
fn without_a_mistake_every_seed_of_mapreduce_is_green_and_every_kind_is_seen() {
    every_seed_is_green("mapreduce");
}

#[test]
fn without_a_mistake_every_seed_of_the_controller_is_green_and_every_kind_is_seen() {
    every_seed_is_green("shardctrl");
}

#[test]
fn without_a_mistake_every_seed_of_the_sharded_store_is_green_and_every_kind_is_seen() {
    every_seed_is_green("shardkv");
}

#[test]
fn without_a_mistake_every_seed_of_transactions_is_green_and_every_kind_is_seen() {
    every_seed_is_green("txn");
}

#[test]
fn seeds_that_once_failed_are_green() {
    for lab in ["raft", "kv", "shardctrl", "shardkv", "txn", "mapreduce"] {
        let (path, text) = file(&format!("seeds/{lab}.txt"));
        for line in lines(&text) {
            let (seed, why) = line.split_once(' ').unwrap_or((line, ""));
            assert!(!why.trim().is_empty(), "{}: `{line}` says no reason", path.display());
            let seed = seed.parse().unwrap_or_else(|_| panic!("{}: `{line}`", path.display()));
            let report = run(lab, seed, &[]);
            assert_eq!(report.broken, None, "{} ({})", report.command(), why.trim());
        }
    }
}

/// What a run broke that a mistake is held to: one against safety must break a
/// property of safety, which is seen at a step; any other anything.
fn found_by(mistake: &Mistake, seed: u64) -> Option<&'static str> {
    let broken = run(mistake.lab, seed, &[mistake.id]).broken?;
    (broken.witness.is_some() || !mistake.is_safety).then_some(broken.property)
}

/// Finds the table anew, from its first comments and the catalogue. `NETSPLIT_ONLY=SC` finds only
/// the rows anew whose names begin so, and keeps the others.
fn rewrite_seeds(path: &Path, text: &str) {
    let mut table: String = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    let only = std::env::var("NETSPLIT_ONLY").unwrap_or_default();
    for mistake in catalogue() {
        if !mistake.id.starts_with(&only) {
            let of_it = |line: &&str| line.split(' ').next() == Some(mistake.id);
            table.extend(lines(text).find(of_it).map(|line| format!("{line}\n")));
            continue;
        }
        let seeds = (1..=SEEDS_TO_FIND).find_map(|seed| Some((found_by(&mistake, seed)?, seed)));
        if let Some((property, seed)) = seeds {
            table.push_str(&format!("{} {property} {seed}\n", mistake.id));
        }
    }
    fs::write(path, table).expect("the table can be written");
}

/// `EL01 election-safety 17`: a mistake, what breaks first, and the first seed
/// of which it does.
#[test]
fn each_mistake_is_found_at_its_golden_seed() {
    let (path, mut text) = file("mutants/seeds.txt");
    if kept::rewrites() {
        rewrite_seeds(&path, &text);
        text = file("mutants/seeds.txt").1;
    }
    let (mut found, mut differ) = (Vec::new(), Vec::new());
    for line in lines(&text) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let &[id, property, seed] = words.as_slice() else {
            panic!("{}: `{line}`", path.display())
        };
        let mistake = mistake(id).unwrap_or_else(|| panic!("there is no mistake {id}"));
        let seed = seed.parse().unwrap_or_else(|_| panic!("{}: `{line}`", path.display()));
        let broken = found_by(&mistake, seed);
        if broken != Some(property) {
            differ.push(format!("`{line}` breaks {broken:?}"));
        }
        found.push(id);
    }
    assert!(differ.is_empty(), "{}\nREWRITE=1 finds them anew", differ.join("\n"));
    assert!(found.len() >= 30, "only {} mistakes are found", found.len());
    for id in OBLIGATORY {
        assert!(found.contains(id), "{id} must be among those found");
    }
    let of_store = found.iter().filter(|id| ("KV01"..="KV25").contains(*id)).count();
    assert!(of_store >= 23, "only {of_store} mistakes of the store are found");
    let of_shards = found.iter().filter(|id| id.starts_with("SK")).count();
    assert!(of_shards >= 28, "only {of_shards} mistakes of the sharded store are found");
    let of_controller = found.iter().filter(|id| id.starts_with("SC")).count();
    assert!(of_controller >= 13, "only {of_controller} mistakes of the controller are found");
}

#[test]
fn the_same_seed_is_the_same_run() {
    for seed in 1..=20 {
        is_one_run::<RaftLab>(seed);
        is_one_run::<KvLab>(seed);
        is_one_run::<ShardctrlLab>(seed);
        is_one_run::<ShardLab>(seed);
        is_one_run::<TxnLab>(seed);
        is_one_run::<MapReduceLab>(seed);
    }
}

fn is_one_run<L: SwarmLab>(seed: u64) {
    let (one, two) = (play::<L>(seed, &[]), play::<L>(seed, &[]));
    assert_eq!(one.acts, two.acts, "seed {seed}");
    let (one, two) = (one.report, two.report);
    assert_eq!(one.fingerprint, two.fingerprint, "seed {seed}");
    assert_eq!((one.counts, one.end), (two.counts, two.end));
}

/// Runs acts to a moment, for what they come to.
fn replay<L: SwarmLab>(played: &Played<L>, acts: &[Act]) -> Scene<L> {
    let mut scene = Scene::new(played.world.clone(), [].into(), Limits::default());
    let end = Moment::after(played.report.end.at);
    while scene.world.steps() < played.report.steps
        && !matches!(scene.advance(acts, end), Advanced::Reached | Advanced::Stopped(_))
    {}
    scene
}

#[test]
fn a_run_follows_from_its_acts() {
    for seed in 1..=20 {
        follows::<RaftLab>(seed);
        follows::<KvLab>(seed);
        follows::<ShardctrlLab>(seed);
        follows::<ShardLab>(seed);
        follows::<TxnLab>(seed);
        follows::<MapReduceLab>(seed);
    }
}

fn follows<L: SwarmLab>(seed: u64) {
    let played = play::<L>(seed, &[]);
    let report = &played.report;
    let scene = replay(&played, &played.acts);
    assert_eq!(scene.skipped(), []);
    assert_eq!(scene.world.fingerprint(), report.fingerprint, "{}, seed {seed}", L::NAME);
}

#[test]
fn a_run_follows_from_the_script_of_its_acts() {
    for seed in 1..=12 {
        is_said_by_its_script::<RaftLab>(seed);
        is_said_by_its_script::<KvLab>(seed);
        is_said_by_its_script::<ShardctrlLab>(seed);
        is_said_by_its_script::<ShardLab>(seed);
        is_said_by_its_script::<TxnLab>(seed);
        is_said_by_its_script::<MapReduceLab>(seed);
    }
}

fn is_said_by_its_script<L: SwarmLab>(seed: u64) {
    let played = play::<L>(seed, &[]);
    let report = &played.report;
    let printed = script(&played.world, &played.acts).to_string();
    let read = match Script::parse(&printed) {
        Ok(read) => read,
        Err(_) if printed.len() > limits::TEXT_BYTES => return,
        Err(error) => panic!("{error}\n{printed}"),
    };
    let world = open::world(&read.setup).expect("what is printed can be opened");
    let mut scene: Scene<L> = Scene::new(world, open::lines(&read), Limits::default());
    let end = Moment::after(report.end.at);
    while scene.world.steps() < report.steps
        && !matches!(scene.advance(&[], end), Advanced::Reached | Advanced::Stopped(_))
    {}
    assert_eq!(scene.world.fingerprint(), report.fingerprint, "{} {seed}:\n{printed}", L::NAME);
}

#[test]
fn a_trace_tells_every_step_of_a_seed() {
    for swarm in SWARMS {
        let traced = swarm.trace(2, &[]).expect("no mistake is asked for");
        let steps = traced.events.filter(|event| matches!(event.what, Happened::Step(_))).count();
        assert_eq!(steps as u64, traced.report.steps, "{}", swarm.lab);
    }
}

/// A failing run as a script breaks the same at the same moment.
fn breaks_as_script<L: SwarmLab>(printed: &str) -> Option<(&'static str, Moment)> {
    let read = Script::parse(printed).unwrap_or_else(|error| panic!("{error}\n{printed}"));
    let world = open::world(&read.setup).expect("what is printed can be opened");
    let mut scene: Scene<L> = Scene::new(world, open::lines(&read), Limits::default());
    let end = Moment::after(Limits::default().time);
    while scene.broken().is_empty()
        && !matches!(scene.advance(&[], end), Advanced::Reached | Advanced::Stopped(_))
    {}
    scene.broken().first().map(|violation| (violation.property, violation.moment))
}

#[test]
fn failing_runs_become_small_scripts() {
    for (id, seeds) in [("EL01", 1..50), ("AE03", 1..50), ("PS11", 1..100), ("LD01", 1..200)] {
        becomes_small::<RaftLab>(id, seeds);
    }
    for (id, seeds) in [("KV01", 1..50), ("KV08", 1..200), ("KV24", 1..50)] {
        becomes_small::<KvLab>(id, seeds);
    }
    for (id, seeds) in [("SC04", 1..50), ("SC05", 1..50), ("SC14", 1..50)] {
        becomes_small::<ShardctrlLab>(id, seeds);
    }
    for (id, seeds) in [("SK01", 1..50), ("SK08", 1..50), ("SK13", 1..50)] {
        becomes_small::<ShardLab>(id, seeds);
    }
    for (id, seeds) in [("TX01", 1..50), ("TX05", 1..50)] {
        becomes_small::<TxnLab>(id, seeds);
    }
    for (id, seeds) in [("MR01", 1..50), ("MR07", 1..50)] {
        becomes_small::<MapReduceLab>(id, seeds);
    }
}

fn becomes_small<L: SwarmLab>(id: &str, mut seeds: Range<u64>) {
    let is_seen =
        |report: &Report| report.broken.as_ref().is_some_and(|broken| broken.witness.is_some());
    let found =
        seeds.find_map(|seed| Some(play::<L>(seed, &[id])).filter(|it| is_seen(&it.report)));
    let played = found.unwrap_or_else(|| panic!("{id} is not found any more"));
    let report = &played.report;
    let long = script(&played.world, &played.acts).to_string();
    let broken = report.broken.as_ref().map(|broken| (broken.property, broken.moment));
    assert_eq!(breaks_as_script::<L>(&long), broken, "{id}, seed {}", report.seed);
    let small = minimize(&played, 600).expect("it breaks a property of safety");
    let printed = small.script().to_string();
    let expected = (small.violation.property, small.violation.moment);
    assert_eq!(breaks_as_script::<L>(&printed), Some(expected), "{id}:\n{printed}");
    assert!(small.acts.len() <= played.acts.len() / 2 + 3, "{id}:\n{printed}");
}

#[test]
fn a_report_names_its_lab_and_its_mistakes() {
    let report = run("raft", 1, &["EL01", "AE03"]);
    let expected = "cargo xtask swarm --lab raft --seed 1 --mutant EL01 --mutant AE03";
    assert_eq!(report.command(), expected);
    let why = of("raft").run(1, &["EL00"]).map(|report| report.seed);
    assert_eq!(why, Err(CannotRun::NoMistake("raft", "EL00".to_owned())));
    let why = swarm::of("paxos").map(|swarm| swarm.lab);
    assert_eq!(why, Err(CannotRun::NoSwarm("paxos".to_owned())));
}
