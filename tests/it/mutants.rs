//! Every mistake that has a script goes red where the script says, and the same
//! script without the mistake stays green.
//!
//! A script is the smallest schedule known, in `tests/mutants/ID.txt`. Its first
//! lines say in comments what to expect:
//!
//! - `# expect election-safety at step 12`: the check goes red at that step. All
//!   checks that go red are named, and no other does;
//! - `# expect the last wait in vain`: the last `run until` gives up, and does not
//!   without the mistake;
//! - `# expect the last wait fulfilled`: the other way round, for what should not
//!   happen;
//! - `# expect more than 40 messages`: so many were sent, and not without;
//! - `# expect more than 9000 bytes sent`: on the course's network, which counts them;
//! - `# expect more than 100 bytes on n2`: its disk holds so much, and not without.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use netsplit_core::id::NodeId;
use netsplit_core::machine::Disk as _;
use netsplit_core::mapreduce::mutants as mapreduce;
use netsplit_core::raft::mutants as raft;
use netsplit_core::replicated::mutants as replicated;
use netsplit_core::shardctrl::mutants as shardctrl;
use netsplit_core::shardkv::mutants as shardkv;
use netsplit_core::txn::mutants as txn;
use netsplit_sim::check::raft::RaftChecks;
use netsplit_sim::check::shardkv::ShardChecks;
use netsplit_sim::each_lab;
use netsplit_sim::lab::Lab;
use netsplit_sim::labs::kv::KvLab;
use netsplit_sim::labs::mapreduce::MapReduceLab;
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::labs::shardctrl::ShardctrlLab;
use netsplit_sim::labs::shardkv::ShardLab;
use netsplit_sim::labs::txn::TxnLab;
use netsplit_sim::labs::{LABS, LabWords};
use netsplit_sim::open;
use netsplit_sim::property::Checks as _;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Advanced, Limits, Planned, Scene};
use netsplit_sim::timeline::END;

use crate::kept;

/// What a script says will happen under its mistake, and not without it.
#[derive(Clone, Debug, PartialEq)]
enum Expected {
    Broken(String, u64),
    LastWaitInVain,
    LastWaitFulfilled,
    MoreMessagesThan(u64),
    MoreSentThan(u64),
    MoreBytesThan(u64, NodeId),
}

impl Expected {
    fn parse(words: &str) -> Option<Expected> {
        let words: Vec<&str> = words.split_whitespace().collect();
        Some(match words[..] {
            [property, "at", "step", step] => {
                Expected::Broken(property.to_owned(), step.parse().ok()?)
            }
            ["the", "last", "wait", "in", "vain"] => Expected::LastWaitInVain,
            ["the", "last", "wait", "fulfilled"] => Expected::LastWaitFulfilled,
            ["more", "than", count, "messages"] => Expected::MoreMessagesThan(count.parse().ok()?),
            ["more", "than", count, "bytes", "sent"] => Expected::MoreSentThan(count.parse().ok()?),
            ["more", "than", count, "bytes", "on", node] => {
                let node = NodeId::from_number(node.strip_prefix('n')?.parse().ok()?)?;
                Expected::MoreBytesThan(count.parse().ok()?, node)
            }
            _ => return None,
        })
    }
}

/// A mistake of the catalogue, of Raft, of a service above it, or of one such service alone.
pub struct Mistake {
    /// Its name.
    pub id: &'static str,
    /// The lab whose machines make it.
    pub lab: &'static str,
    /// Its name in the code.
    switch: String,
    /// Whether a check sees it at a step; the rest is seen by waiting, or by counting.
    pub is_safety: bool,
}

/// The mistakes of a list in `core`.
macro_rules! of_list {
    ($list:ident, $lab:expr, $is_safety:expr) => {
        $list::Mutant::ALL.iter().map(|mutant| Mistake {
            id: mutant.id(),
            lab: $lab,
            switch: format!("{mutant:?}"),
            is_safety: $is_safety(mutant.breaks()),
        })
    };
}

/// All of them.
pub fn catalogue() -> impl Iterator<Item = Mistake> {
    let raft = of_list!(raft, RaftLab::NAME, raft::Breaks::is_safety);
    let store = of_list!(replicated, KvLab::NAME, replicated::Breaks::is_safety);
    // All of a service's own are seen at a step.
    let controller = of_list!(shardctrl, ShardctrlLab::NAME, |_| true);
    let shards = of_list!(shardkv, ShardLab::NAME, shardkv::Breaks::is_safety);
    let transactions = of_list!(txn, TxnLab::NAME, txn::Breaks::is_safety);
    let jobs = of_list!(mapreduce, MapReduceLab::NAME, mapreduce::Breaks::is_safety);
    raft.chain(store).chain(controller).chain(shards).chain(transactions).chain(jobs)
}

/// The mistake of this name.
pub fn mistake(id: &str) -> Option<Mistake> {
    catalogue().find(|mistake| mistake.id == id)
}

/// What a run of a script came to.
struct Came {
    /// Properties with the step that broke them.
    broken: Vec<(String, u64)>,
    /// Acts that were not possible, by their number.
    impossible: Vec<u32>,
    /// Whether the last wait was given up.
    in_vain: bool,
    /// Messages sent, and their bytes where they are counted.
    sent: u64,
    sent_bytes: u64,
    /// Bytes on the disk of each server.
    disks: Vec<u64>,
}

impl Came {
    fn is(&self, expected: &Expected) -> bool {
        match expected {
            Expected::Broken(property, step) => self.broken.contains(&(property.clone(), *step)),
            Expected::LastWaitInVain => self.in_vain,
            Expected::LastWaitFulfilled => !self.in_vain,
            Expected::MoreMessagesThan(count) => self.sent > *count,
            Expected::MoreSentThan(bytes) => self.sent_bytes > *bytes,
            Expected::MoreBytesThan(count, node) => self.disks[node.index()] > *count,
        }
    }
}

/// What runs the scripts of a lab.
struct Runs {
    lab: &'static str,
    run: fn(&Script) -> Came,
}

impl Runs {
    const fn of<L: Lab>() -> Runs {
        Runs { lab: L::NAME, run: run_of::<L> }
    }
}

fn run(script: &Script) -> Came {
    const ALL: &[Runs] = each_lab!(Runs);
    let runs = ALL.iter().find(|runs| runs.lab == script.setup.lab);
    (runs.expect("the script was read").run)(script)
}

fn run_of<L: Lab>(script: &Script) -> Came {
    let world = open::world::<L>(&script.setup).expect("the script was read");
    let mut scene = Scene::new(world, open::lines(script), Limits::default());
    let mut broken = Vec::new();
    while !scene.script_is_done() {
        match scene.advance(&[], END) {
            Advanced::Reached | Advanced::Stopped(_) => break,
            _ => {}
        }
        for violation in &scene.broken()[broken.len()..] {
            broken.push((violation.property.to_owned(), scene.world.steps()));
        }
    }
    let mut impossible = Vec::new();
    let mut in_vain = false;
    for skipped in scene.skipped() {
        match (skipped.what, &skipped.why) {
            (Planned::Line(line), None) => in_vain = line as usize + 1 == script.lines.len(),
            (Planned::Line(line) | Planned::Act(line), Some(_)) => impossible.push(line),
            (Planned::Act(_), None) => {}
        }
    }
    let world = &scene.world;
    Came {
        broken,
        impossible,
        in_vain,
        sent: world.traffic().sent,
        sent_bytes: world.traffic().bytes,
        disks: world.servers().map(|node| world.node(node).disk().bytes()).collect(),
    }
}

/// The same script without its mistakes.
fn without_mistakes(script: &Script) -> Script {
    let mut script = script.clone();
    script.setup.options.retain(|(name, _)| name != "mistake");
    script
}

/// The mistakes that a script runs under.
fn mistakes_of(script: &Script) -> Vec<&str> {
    let options = script.setup.options.iter();
    options.filter(|(name, _)| name == "mistake").map(|(_, id)| &**id).collect()
}

fn scripts() -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("mutants");
    let files = fs::read_dir(&folder).expect("the folder is part of the tree");
    let mut scripts = BTreeMap::new();
    for file in files {
        let path = file.expect("the folder can be listed").path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        if mistake(name).is_some() {
            let text = fs::read_to_string(&path).expect("the script can be read");
            scripts.insert(name.to_owned(), text);
        }
    }
    scripts
}

/// What is wrong with a script; nothing when it does what it says.
fn look_at(id: &str, text: &str) -> Vec<String> {
    let expected: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# expect ")).collect();
    let expected: Option<Vec<Expected>> = expected.into_iter().map(Expected::parse).collect();
    let Some(expected) = expected.filter(|expected| !expected.is_empty()) else {
        return vec!["says nothing that can be expected".to_owned()];
    };
    let script = match Script::parse(text) {
        Ok(script) => script,
        Err(error) => return vec![error.to_string()],
    };
    let mut wrong = Vec::new();
    let with = run(&script);
    let without = run(&without_mistakes(&script));
    if mistakes_of(&script) != [id] {
        wrong.push("runs another mistake than its name says".to_owned());
    }
    for expected in &expected {
        if !with.is(expected) {
            wrong.push(format!("{expected:?} is not so; broken are {:?}", with.broken));
        }
        if without.is(expected) {
            wrong.push(format!("{expected:?} also without the mistake"));
        }
    }
    let named = |(property, step): &&(String, u64)| {
        expected.contains(&Expected::Broken(property.clone(), *step))
    };
    if let Some(unnamed) = with.broken.iter().find(|broken| !named(broken)) {
        wrong.push(format!("{unnamed:?} breaks and is not named"));
    }
    if !without.broken.is_empty() {
        wrong.push(format!("{:?} break without the mistake", without.broken));
    }
    if !with.impossible.is_empty() {
        wrong.push(format!("lines {:?} are not possible", with.impossible));
    }
    wrong
}

/// The mistakes that matter most: each has a script, and the swarm finds it.
pub const OBLIGATORY: &[&str] = &[
    "EL01", "EL04", "EL11", "TM07", "AE01", "AE03", "AE10", "LD01", "LD04", "LD07", "PS01", "PS03",
    "PS10", "PS11", "PS12", "SN03", "SN05",
];

/// What a store may not get wrong: all of the course's lab that can be made here, and its reads.
#[test]
fn every_mistake_of_the_store_has_a_script() {
    let scripts = scripts();
    for mutant in replicated::Mutant::ALL {
        assert!(scripts.contains_key(mutant.id()), "{}", mutant.id());
    }
}

/// What a shard controller may not get wrong.
#[test]
fn every_mistake_of_the_controller_has_a_script() {
    let scripts = scripts();
    for mutant in shardctrl::Mutant::ALL {
        assert!(scripts.contains_key(mutant.id()), "{}", mutant.id());
    }
}

/// What groups that keep shards may not get wrong.
#[test]
fn every_mistake_of_the_sharded_store_has_a_script() {
    let scripts = scripts();
    for mutant in shardkv::Mutant::ALL {
        assert!(scripts.contains_key(mutant.id()), "{}", mutant.id());
    }
}

/// The page of the sharded store has, for each promise but Raft's, the mistakes that turn it red.
#[test]
fn every_promise_about_shards_was_broken() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/labs/shardkv.md");
    let page = fs::read_to_string(path).expect("the page is part of the tree");
    let scripts = scripts();
    let of_raft = RaftChecks::PROPERTIES.iter().map(|property| property.id);
    let of_raft: Vec<&str> = of_raft.collect();
    for property in ShardChecks::PROPERTIES.iter().map(|property| property.id) {
        if of_raft.contains(&property) {
            continue;
        }
        let named = format!("| `{property}` | ");
        let row = page.lines().find_map(|line| line.split_once(&named));
        let (_, said) = row.unwrap_or_else(|| panic!("{property} is not on the page"));
        let said: Vec<&str> = said.trim_end_matches(" |").split(", ").collect();
        let expected = format!("# expect {property} at step ");
        let are_red = scripts.iter().filter(|(id, _)| id.starts_with("SK"));
        let are_red = are_red.filter(|(_, text)| text.contains(&expected));
        let are_red: Vec<&str> = are_red.map(|(id, _)| &**id).collect();
        assert!(!are_red.is_empty(), "{property} was never broken");
        assert_eq!(said, are_red, "{property}");
    }
}

#[test]
fn every_script_turns_its_check_red_at_its_step_and_only_with_its_mistake() {
    let mut wrong = Vec::new();
    for (id, text) in scripts() {
        wrong.extend(look_at(&id, &text).into_iter().map(|what| format!("{id}: {what}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_mistakes_that_matter_most_have_scripts() {
    let scripts = scripts();
    for id in OBLIGATORY {
        assert!(scripts.contains_key(*id), "{id}");
    }
    assert!(scripts.len() >= 100, "{} scripts", scripts.len());
}

#[test]
fn every_mistake_has_a_script_or_an_argument() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/mutants.md");
    let page = fs::read_to_string(path).expect("the page is part of the tree");
    let scripts = scripts();
    for Mistake { id, .. } in catalogue() {
        let row = page.lines().find(|line| line.starts_with(&format!("| {id} ")));
        let row = row.unwrap_or_else(|| panic!("{id} has no row in docs/mutants.md"));
        let linked = row.contains(&format!("mutants/{id}.txt"));
        assert_eq!(linked, scripts.contains_key(id), "{row}");
        assert!(linked || row.contains("equivalent") || row.contains("not yet"), "{row}");
    }
}

/// The page, with what other lists say of each mistake: what it does, as the page of its lab has it;
/// its switch; its script; and its seed, as `tests/mutants/seeds.txt` has that. What stands under
/// *Check* is the page's own.
fn page_from_lists(page: &str, seeds: &str) -> String {
    let seeds: BTreeMap<&str, &str> = seeds
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| Some((line.split(' ').next()?, line.split(' ').next_back()?)))
        .collect();
    let said = LABS.iter().copied().flat_map(LabWords::mistakes);
    let does: BTreeMap<&str, String> = said
        .map(|it| match it.who {
            // The machines that the page's section is about.
            "a node" | "a server" | "a controller" | "a group" | "a shard" | "the coordinator" => {
                (it.id, it.does.to_owned())
            }
            other => (it.id, format!("as {other} {}", it.does)),
        })
        .collect();
    let scripts = scripts();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", id, _, _, check, argument, _, ""] = cells[..] else { return None };
        let Mistake { id, switch, .. } = mistake(id)?;
        let script = match scripts.contains_key(id) {
            true => format!("[{id}](../tests/mutants/{id}.txt)"),
            false => argument.to_owned(),
        };
        let seed = seeds.get(id).map(|seed| format!("{seed} ")).unwrap_or_default();
        Some(format!("| {id} | {} | `{switch}` | {check} | {script} | {seed}|\n", does[id]))
    };
    page.lines().map(|line| row(line).unwrap_or_else(|| format!("{line}\n"))).collect()
}

#[test]
fn the_page_names_mistakes_as_the_lists_do() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("../docs/mutants.md");
    let page = fs::read_to_string(&path).expect("the page is part of the tree");
    let seeds = fs::read_to_string(root.join("mutants/seeds.txt")).expect("the swarm wrote it");
    // When the seeds are found anew in the same run, a second one writes the page.
    kept::check(&path, &page_from_lists(&page, &seeds));
}

#[test]
fn a_mistake_that_breaks_a_promise_turns_a_check_red() {
    for (id, text) in scripts() {
        let Mistake { is_safety, .. } = mistake(&id).expect("only such files are read");
        let red =
            text.lines().any(|line| line.starts_with("# expect ") && line.contains(" at step "));
        assert_eq!(red, is_safety, "{id}");
    }
}
