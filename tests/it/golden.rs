//! Goldens: scripts with the trace they leave, read as essays.
//!
//! `REWRITE=1` writes them anew; so does `cargo xtask golden`. Only commit the
//! changes if you understand what caused them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use netsplit_sim::labs::LABS;
use netsplit_sim::scenario::Script;
use netsplit_sim::trace::{self, Happened, Until};

/// What stands between script and trace.
const FENCE: &str = "----\n";

#[test]
fn goldens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let rewrite = std::env::var_os("REWRITE").is_some();
    let mut differ = Vec::new();
    // Each lab has a folder; what stands beside them is no script.
    let folders = LABS.iter().map(|lab| folder.join(lab.name));
    let mut files: Vec<PathBuf> = folders.flat_map(|lab| texts_under(&lab)).collect();
    files.sort();
    assert!(!files.is_empty(), "there are goldens in {}", folder.display());
    for path in files {
        let text = fs::read_to_string(&path).expect("a golden is a text");
        let (script, before) = text.split_once(FENCE).unwrap_or((&text, ""));
        let after = trace_of(script, &path);
        if rewrite {
            fs::write(&path, format!("{script}{FENCE}{after}")).expect("a golden can be written");
        } else if after != before {
            differ.push(difference(&path, before, &after));
        }
    }
    assert!(differ.is_empty(), "{}\nREWRITE=1 writes them anew", differ.join("\n"));
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

/// The first line that differs, with what was and what is.
fn difference(path: &Path, before: &str, after: &str) -> String {
    let place = before.lines().zip(after.lines()).position(|(one, two)| one != two);
    let place = place.unwrap_or(before.lines().count().min(after.lines().count()));
    let line = |text: &str| text.lines().nth(place).unwrap_or("(the end)").to_owned();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    format!(
        "{name}, line {} of the trace\n  was {}\n  is  {}",
        place + 1,
        line(before),
        line(after)
    )
}
