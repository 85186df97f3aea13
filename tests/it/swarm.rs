//! The swarm: green without a mistake, with everything that it says it tests
//! seen; red with each mistake that it is known to find.

use std::fs;
use std::path::{Path, PathBuf};

use netsplit_core::raft::mutants::Mutant;
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::minimize::{minimize, script};
use netsplit_sim::moment::Moment;
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Act, Advanced, Limits, Scene};
use netsplit_sim::swarm::{self, CannotRun, Played, Report, Swarm};

use crate::kept;
use crate::mutants::OBLIGATORY;

/// Seeds of a short run, and of a full one.
const SEEDS: u64 = 200;
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

fn raft() -> &'static Swarm {
    swarm::of("raft").expect("there is a swarm for Raft")
}

fn run(seed: u64, mistakes: &[&str]) -> Report {
    raft().run(seed, mistakes).expect("the mistakes are in the catalogue")
}

fn play(seed: u64, mistakes: &[&str]) -> Played<RaftLab> {
    swarm::play(seed, mistakes).expect("the mistakes are in the catalogue")
}

fn sentence(report: &Report) -> String {
    let broken = report.broken.as_ref().expect("only red runs are told");
    let told = format!("{} at {}: {}", broken.property, broken.moment, report.command());
    let again = raft().small(report.seed, &report.mistakes, 400);
    match again.expect("the mistakes are in the catalogue") {
        (_, Some(small)) => format!("{told}\n{}", small.script),
        (_, None) => told,
    }
}

#[test]
fn without_a_mistake_every_seed_is_green_and_every_kind_is_seen() {
    let count = if is_full() { SEEDS_FULL } else { SEEDS };
    let sweep = raft().sweep(1..=count, &[]).expect("no mistake is asked for");
    let broken: Vec<String> = sweep.broken.iter().map(sentence).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
    let never: Vec<&str> = sweep.never().into_iter().map(|kind| kind.name()).collect();
    assert_eq!(never, Vec::<&str>::new(), "never happened in {count} runs");
}

#[test]
fn seeds_that_once_failed_are_green() {
    let (path, text) = file("seeds/raft.txt");
    for line in lines(&text) {
        let (seed, why) = line.split_once(' ').unwrap_or((line, ""));
        assert!(!why.trim().is_empty(), "{}: `{line}` says no reason", path.display());
        let seed = seed.parse().unwrap_or_else(|_| panic!("{}: `{line}`", path.display()));
        let report = run(seed, &[]);
        assert_eq!(report.broken, None, "{} ({})", report.command(), why.trim());
    }
}

/// What a run broke that a mistake is held to: one against safety must break a
/// property of safety, which is seen at a step; any other anything.
fn found_by(mutant: Mutant, seed: u64) -> Option<&'static str> {
    let broken = run(seed, &[mutant.id()]).broken?;
    (broken.witness.is_some() || !mutant.breaks().is_safety()).then_some(broken.property)
}

/// Finds the table anew, from its first comments and the catalogue.
fn rewrite_seeds(path: &Path, text: &str) {
    let mut table: String = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    for &mutant in Mutant::ALL {
        let seeds = (1..=SEEDS_TO_FIND).find_map(|seed| Some((found_by(mutant, seed)?, seed)));
        if let Some((property, seed)) = seeds {
            table.push_str(&format!("{} {property} {seed}\n", mutant.id()));
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
        let mutant = Mutant::from_id(id).unwrap_or_else(|| panic!("there is no mistake {id}"));
        let seed = seed.parse().unwrap_or_else(|_| panic!("{}: `{line}`", path.display()));
        let broken = found_by(mutant, seed);
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
}

#[test]
fn the_same_seed_is_the_same_run() {
    for seed in 1..=20 {
        let (one, two) = (play(seed, &[]), play(seed, &[]));
        assert_eq!(one.acts, two.acts, "seed {seed}");
        let (one, two) = (one.report, two.report);
        assert_eq!(one.fingerprint, two.fingerprint, "seed {seed}");
        assert_eq!((one.counts, one.end), (two.counts, two.end));
    }
}

/// Runs acts to a moment, for what they come to.
fn replay(played: &Played<RaftLab>, acts: &[Act]) -> Scene<RaftLab> {
    let mut scene = Scene::new(played.world.clone(), [].into(), Limits::default());
    let end = Moment::after(played.report.end.at);
    while scene.world.steps() < played.report.steps
        && !matches!(scene.advance(acts, end), Advanced::Reached | Advanced::Stopped(_))
    {}
    scene
}

#[test]
fn a_run_follows_from_its_acts() {
    for seed in 1..=40 {
        let played = play(seed, &[]);
        let scene = replay(&played, &played.acts);
        assert_eq!(scene.skipped(), []);
        assert_eq!(scene.world.fingerprint(), played.report.fingerprint, "seed {seed}");
    }
}

/// A failing run as a script breaks the same at the same moment.
fn breaks_as_script(printed: &str) -> Option<(&'static str, Moment)> {
    let read = Script::parse(printed).unwrap_or_else(|error| panic!("{error}\n{printed}"));
    let world = open::world(&read.setup).expect("what is printed can be opened");
    let mut scene: Scene<RaftLab> = Scene::new(world, open::lines(&read), Limits::default());
    let end = Moment::after(Limits::default().time);
    while scene.broken().is_empty()
        && !matches!(scene.advance(&[], end), Advanced::Reached | Advanced::Stopped(_))
    {}
    scene.broken().first().map(|violation| (violation.property, violation.moment))
}

#[test]
fn failing_runs_become_small_scripts() {
    for (id, seeds) in [("EL01", 1..50), ("AE03", 1..50), ("PS11", 1..100), ("LD01", 1..200)] {
        let is_seen =
            |report: &Report| report.broken.as_ref().is_some_and(|broken| broken.witness.is_some());
        let played = seeds
            .map(|seed| play(seed, &[id]))
            .find(|played| is_seen(&played.report))
            .unwrap_or_else(|| panic!("{id} is not found any more"));
        let report = &played.report;
        let long = script(&played.world, &played.acts).to_string();
        let broken = report.broken.as_ref().map(|broken| (broken.property, broken.moment));
        assert_eq!(breaks_as_script(&long), broken, "{id}, seed {}", report.seed);
        let small = minimize(&played, 600).expect("it breaks a property of safety");
        let printed = small.script().to_string();
        let expected = (small.violation.property, small.violation.moment);
        assert_eq!(breaks_as_script(&printed), Some(expected), "{id}:\n{printed}");
        assert!(small.acts.len() <= played.acts.len() / 2 + 3, "{id}:\n{printed}");
    }
}

#[test]
fn a_report_names_its_lab_and_its_mistakes() {
    let report = run(1, &["EL01", "AE03"]);
    let expected = "cargo xtask swarm --lab raft --seed 1 --mutant EL01 --mutant AE03";
    assert_eq!(report.command(), expected);
    let why = raft().run(1, &["EL00"]).map(|report| report.seed);
    assert_eq!(why, Err(CannotRun::NoMistake("raft", "EL00".to_owned())));
    let why = swarm::of("paxos").map(|swarm| swarm.lab);
    assert_eq!(why, Err(CannotRun::NoSwarm("paxos".to_owned())));
}
