//! Where things stand: labs, packages, modules.

use super::{Complaint, File};
use crate::new_lab::places::{LISTS, PLACES, named};

/// What each package may depend on; `tests` sees all and is seen by none.
const DEPENDENCIES: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("script", &["netsplit_core"]),
    ("jobs", &["netsplit_core", "netsplit_script"]),
    ("sim", &["netsplit_core"]),
    ("web", &["netsplit_core", "netsplit_jobs", "netsplit_script", "netsplit_sim"]),
    ("cli", &["netsplit_core", "netsplit_jobs", "netsplit_script", "netsplit_sim"]),
    ("js", &["netsplit_core", "netsplit_sim"]),
    ("tests", &["netsplit_core", "netsplit_sim", "netsplit_web", "netsplit_cli"]),
    ("bench", &["netsplit_core", "netsplit_sim"]),
    ("xtask", &[]),
];

/// What `core` takes where it is asked to, and not by itself: how its messages are written as bytes.
const CORE_MAY_ASK_FOR: &str = "serde = { workspace = true, optional = true }";

/// The lab that the page has at once: it is in no list of what comes later.
const FIRST_LAB: &str = "raft";

/// How many lines a source file may have.
const LINES_MAX: usize = 500;

/// Folders in `core/src` that are no labs.
const LAYERS: &[&str] = &[
    // Between Raft and the services on it, each of which has its place in a lab.
    "replicated",
];

/// The labs: every other folder there.
fn labs(files: &[File]) -> Vec<&str> {
    let inner = files.iter().filter_map(|file| file.path.strip_prefix("core/src/"));
    let folders = inner.filter_map(|path| Some(path.split_once('/')?.0));
    let mut labs: Vec<&str> = folders.filter(|folder| !LAYERS.contains(folder)).collect();
    labs.dedup(); // Files come sorted by path.
    labs
}

/// A folder in `core/src` is a lab, and a lab has all its places and stands in all lists.
pub fn labs_are_complete(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut complain = |place: String, what: String| {
        complaints.push(Complaint { rule: "", place, what });
    };
    for lab in labs(files) {
        for place in PLACES.iter().filter(|place| !place.is_there(files, lab)) {
            complain(named(place.path, lab), format!("the lab `{lab}` lacks this place"));
        }
        let is_first = lab == FIRST_LAB;
        for list in LISTS.iter().filter(|list| !list.has.is_empty()) {
            let file = files.iter().find(|file| file.path == list.path);
            let text = file.map_or("", |file| &file.text);
            if (list.with_first || !is_first) && !list.has_lab(text, lab) {
                let what = format!("the lab `{lab}` is not in the list at `{}`", list.begins);
                complain(list.path.into(), what);
            }
        }
    }
    complaints
}

/// `core ← sim ← {web, cli, js}`, and beside `sim` stand `script` and `jobs`; `tests` sees all,
/// nothing sees `tests`; `core` uses nothing.
pub fn dependencies_point_one_way(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (folder, allowed) in DEPENDENCIES {
        let manifest = format!("{folder}/Cargo.toml");
        let Some(file) = files.iter().find(|file| file.path == manifest) else { continue };
        let mut in_dependencies = false;
        for (number, line) in file.lines() {
            if let Some(section) = line.trim().strip_prefix('[') {
                in_dependencies = section.contains("dependencies");
                continue;
            }
            let word = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if !in_dependencies || word.is_empty() || word.starts_with('#') {
                continue;
            }
            if *folder == "core" && line != CORE_MAY_ASK_FOR {
                complaints.push(file.complain(number, format!("core depends on nothing: {word}")));
            } else if word.starts_with("netsplit_") && !allowed.contains(&word) {
                complaints.push(file.complain(number, format!("{folder} must not see {word}")));
            }
        }
    }
    complaints
}

/// Each module opens with `//!`, so that a reader knows where they are.
pub fn modules_say_what_they_are(files: &[File]) -> Vec<Complaint> {
    let sources = files.iter().filter(|file| file.is(".rs"));
    let silent = sources.filter(|file| !file.text.starts_with("//!"));
    silent.map(|file| file.complain(1, "the first line does not start with `//!`")).collect()
}

/// Files are cut by the protocol's sections before they are long.
pub fn files_are_short(files: &[File]) -> Vec<Complaint> {
    let sources = files.iter().filter(|file| file.is(".rs"));
    let counted = sources.map(|file| (file, file.text.lines().count()));
    let long = counted.filter(|(_, count)| *count > LINES_MAX);
    long.map(|(file, count)| {
        file.complain(count, format!("{count} lines, at most {LINES_MAX}: cut it by sections"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{made_up, places};
    use super::*;

    #[test]
    fn a_lab_without_its_places_is_found() {
        let files =
            made_up(&[("core/src/lease/mod.rs", "//! x"), ("core/src/lib.rs", "mod lease;")]);
        let found = labs_are_complete(&files);
        let found = places(&found);
        assert!(found.contains(&"docs/labs/lease.md") && found.contains(&"sim/src/labs.rs"));
        assert!(!found.contains(&"core/src/lease/mod.rs") && !found.contains(&"core/src/lib.rs"));
    }

    #[test]
    fn a_dependency_the_wrong_way_is_found() {
        let files = made_up(&[
            ("core/Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nserde = \"1\"\n"),
            ("sim/Cargo.toml", "[dependencies]\nnetsplit_core.workspace = true\n"),
            ("cli/Cargo.toml", "[dev-dependencies]\nnetsplit_tests.workspace = true\n"),
            ("jobs/Cargo.toml", "[dependencies]\nnetsplit_sim.workspace = true\n"),
        ]);
        let found = dependencies_point_one_way(&files);
        assert_eq!(places(&found), ["core/Cargo.toml:4", "jobs/Cargo.toml:2", "cli/Cargo.toml:2"]);
        let asked = format!("[dependencies]\n{CORE_MAY_ASK_FOR}\nserde = \"1\"\n");
        let found = dependencies_point_one_way(&made_up(&[("core/Cargo.toml", &asked)]));
        assert_eq!(places(&found), ["core/Cargo.toml:3"]);
    }

    #[test]
    fn silent_and_long_modules_are_found() {
        let long = format!("//! long\n{}", "\n".repeat(LINES_MAX));
        let files = made_up(&[("a.rs", "use x;"), ("b.rs", &long), ("c.rs", "//! c\n")]);
        assert_eq!(places(&modules_say_what_they_are(&files)), ["a.rs:1"]);
        assert_eq!(places(&files_are_short(&files)), ["b.rs:501"]);
    }
}
