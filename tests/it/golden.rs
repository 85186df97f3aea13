//! Goldens: scripts with the trace they leave, read as essays.
//!
//! Those of the key/value store are its scenarios; what each opens with is made from the scenario.
//!
//! `REWRITE=1` writes them anew; so does `cargo xtask golden`. Only commit the
//! changes if you understand what caused them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use netsplit_sim::labs::LABS;
use netsplit_sim::scenario::{Scenario, Script};
use netsplit_sim::scenarios;
use netsplit_sim::trace::{self, Happened, Until};

use crate::kept::{self, Kept};

/// What stands between script and trace.
const FENCE: &str = "----\n";

#[test]
fn goldens() {
    let (folder, mut kept) = (kept::path("golden"), Kept::default());
    // Each lab has a folder; what stands beside them is no script.
    let folders = LABS.iter().map(|lab| folder.join(lab.name));
    let mut files: Vec<PathBuf> = folders.flat_map(|lab| texts_under(&lab)).collect();
    files.extend(of_later_labs().map(|scenario| path_of(scenario, &folder)));
    files.sort();
    files.dedup();
    assert!(!files.is_empty(), "there are goldens in {}", folder.display());
    for path in files {
        let scenario = of_later_labs().find(|scenario| path_of(scenario, &folder) == path);
        let script = match scenario {
            Some(scenario) => opening(scenario),
            None => {
                let text = fs::read_to_string(&path).expect("a golden is a text");
                text.split_once(FENCE).map_or(&*text, |(script, _)| script).to_owned()
            }
        };
        kept.check(&path, &format!("{script}{FENCE}{}", trace_of(&script, &path)));
    }
    kept.end();
}

/// The scenarios of the labs after the first, whose goldens were written by hand.
fn of_later_labs() -> impl Iterator<Item = &'static Scenario> {
    scenarios::all().filter(|scenario| scenario.parse().setup.lab != "raft")
}

fn path_of(scenario: &Scenario, folder: &Path) -> PathBuf {
    folder.join(scenario.parse().setup.lab).join(format!("{}.txt", scenario.id))
}

/// What the golden of a scenario opens with: what it shows, and its script.
fn opening(scenario: &Scenario) -> String {
    let Scenario { title, question, look_for, script, .. } = scenario;
    format!("# {title}. {question}\n# {look_for}\n{}", script.trim_start())
}

/// All texts of a folder and its folders, in order.
fn texts_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(texts_under(&path));
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What matters of the run, a line an event, and how it ended.
fn trace_of(script: &str, path: &Path) -> String {
    let script = match Script::parse(script) {
        Ok(script) => script,
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let events = trace::of_script(&script, Vec::new(), Until::Done);
    let events = events.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines = String::new();
    let mut last = None;
    for event in events {
        let told_by_the_script = matches!(event.what, Happened::Note(_));
        if event.matters() && !told_by_the_script {
            writeln!(lines, "{}", event.line(script.setup.nodes)).expect("a text takes it all");
        }
        last = Some(event);
    }
    if let Some(event) = last {
        writeln!(lines, "{} steps", event.step).expect("a text takes it all");
    }
    lines
}
