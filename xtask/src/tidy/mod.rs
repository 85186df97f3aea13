//! Rules of text and layout that a compiler does not know, checked as tests are.
//!
//! A rule is a name and a function over all files; it returns what it has to complain about, each
//! with its place. Rules about folders and packages stand in [`layout`], rules about words in
//! [`words`], rules about documents in [`markdown`].

mod layout;
mod markdown;
mod words;

use crate::shell::{Outcome, Shell};
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// One text file of the repository.
pub struct File {
    /// Its path from the root, with `/`.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

impl File {
    /// Whether its name ends so.
    pub fn is(&self, ending: &str) -> bool {
        self.path.ends_with(ending)
    }

    /// Its lines with their numbers, from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    fn complain(&self, line: usize, what: impl Into<String>) -> Complaint {
        Complaint { rule: "", place: format!("{}:{line}", self.path), what: what.into() }
    }
}

/// Something a rule does not accept.
pub struct Complaint {
    rule: &'static str,
    place: String,
    what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {} ({})", self.place, self.what, self.rule)
    }
}

/// A rule over all files.
pub type Rule = fn(&[File]) -> Vec<Complaint>;

/// All rules.
pub const RULES: &[(&str, Rule)] = &[
    ("each lab has all its places", layout::labs_are_complete),
    ("packages depend in one direction", layout::dependencies_point_one_way),
    ("each module opens with what it is", layout::modules_say_what_they_are),
    ("no file is too long to read", layout::files_are_short),
    ("nothing is left for later", words::nothing_is_left_for_later),
    ("no test is left out", words::no_test_is_left_out),
    ("no test waits for the clock", words::no_test_sleeps),
    ("colours stand in one place", words::colours_stand_in_one_place),
    ("nothing names a machine", words::nothing_names_a_machine),
    ("papers are told in our own words", words::papers_are_told),
    ("one title a document", markdown::one_title),
    ("links lead somewhere", markdown::links_lead_somewhere),
    ("each page of the docs is listed", markdown::pages_are_listed),
    ("messages are told alike", markdown::messages_are_told_alike),
];

/// Endings of the files that are read.
const TEXTS: &[&str] = &[
    ".rs", ".md", ".toml", ".css", ".html", ".mjs", ".js", ".ts", ".svg", ".txt", ".tpl", ".json",
];

/// Folders in which nothing is ours.
pub const FOREIGN: &[&str] = &[".git", "target", "dist", "node_modules"];

/// Checks the rules alone; status 0 when there is nothing to complain about.
pub fn run(shell: &Shell) -> ExitCode {
    match complaints(shell) {
        Ok(complaints) => {
            complaints.iter().for_each(|complaint| println!("{complaint}"));
            let failed = broken(&complaints);
            println!("{} passed, {failed} failed", RULES.len() as u64 - failed);
            if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Everything all rules complain about, by rule and place.
pub fn complaints(shell: &Shell) -> Outcome<Vec<Complaint>> {
    files(shell).map(|files| of_files(&files))
}

/// The text files of the repository, by path.
pub fn files(shell: &Shell) -> Outcome<Vec<File>> {
    let mut files = Vec::new();
    read(shell.root(), "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// What all rules complain about in files that are sorted by path.
pub fn of_files(files: &[File]) -> Vec<Complaint> {
    let of_rule = |&(name, rule): &(&'static str, Rule)| {
        rule(files).into_iter().map(move |complaint| Complaint { rule: name, ..complaint })
    };
    RULES.iter().flat_map(|rule| of_rule(rule).collect::<Vec<_>>()).collect()
}

/// How many rules are broken.
pub fn broken(complaints: &[Complaint]) -> u64 {
    let is_broken = |name: &str| complaints.iter().any(|complaint| complaint.rule == name);
    RULES.iter().filter(|(name, _)| is_broken(name)).count() as u64
}

/// Reads every text file below a folder.
fn read(folder: &Path, below: &str, files: &mut Vec<File>) -> Outcome {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(told)? {
        let entry = entry.map_err(told)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{below}{name}");
        if entry.path().is_dir() {
            if !FOREIGN.contains(&name.as_str()) {
                read(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if TEXTS.iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(entry.path())
                .map_err(|error| format!("{}: {error}", entry.path().display()))?;
            files.push(File { path, text });
        } else if name.ends_with(".png") {
            // Links may lead to a picture; there is nothing in it to read.
            files.push(File { path, text: String::new() });
        }
    }
    Ok(())
}

/// Files made up for the tests of a rule, from pairs of path and text.
#[cfg(test)]
fn made_up(files: &[(&str, &str)]) -> Vec<File> {
    files.iter().map(|(path, text)| File { path: (*path).into(), text: (*text).into() }).collect()
}

/// The places a rule complains about.
#[cfg(test)]
fn places(complaints: &[Complaint]) -> Vec<&str> {
    complaints.iter().map(|complaint| complaint.place.as_str()).collect()
}
