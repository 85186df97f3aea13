//! A new lab in all its places and lists, from the templates beside these sources.
//!
//! What is made is the smallest lab that has everything: nodes that ask one of them to count. It
//! runs, is checked, and opens on the page; whoever adds a lab changes it step by step.

pub mod places;

use crate::shell::{Outcome, Shell, say};
use crate::tidy::{self, File};
use places::{LISTS, PLACES, named};
use std::fs;
use std::path::Path;

/// What is left to do, with what is made.
const NEXT: &str = "
Now, in this order (CONTRIBUTING.md, Adding a lab):
  cargo xtask golden goldens    what the new scenario does, written down; read it
  cargo xtask test --native     it compiles, and everything holds
  cargo xtask serve             it is on the page, last in the list of scenarios
Then make it yours: core/src/LAB/message.rs first.
";

/// Makes every place of the lab `name` that is not there yet, and puts it into every list.
pub fn run(shell: &Shell, name: &str) -> Outcome {
    let files = tidy::files(shell)?;
    for file in made(&files, name)? {
        let path = shell.path(&file.path);
        let folder = path.parent().expect("every place stands in the repository");
        let is_new = !path.exists();
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, &file.text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        say(&format!("{} {}", if is_new { "made" } else { "changed" }, file.path));
    }
    shell.run(&mut shell.cargo(&["fmt", "--all"]))?;
    print!("{}", NEXT.replace("LAB", name));
    Ok(())
}

/// Whether what is made compiles without a warning: in a copy of the tree, of which only what is
/// ours is compiled again.
pub fn check(shell: &Shell) -> Outcome {
    let copy = shell.target().join("new-lab");
    let told = |error: std::io::Error| format!("{}: {error}", copy.display());
    if copy.exists() {
        fs::remove_dir_all(&copy).map_err(told)?;
    }
    copied(shell.root(), &copy).map_err(told)?;
    for file in made(&tidy::files(shell)?, "lease")? {
        let path = copy.join(&file.path);
        let folder = path.parent().expect("every place stands in a folder");
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, &file.text)).map_err(told)?;
    }
    let manifest = copy.join("Cargo.toml");
    let mut command = shell.cargo(&["fmt", "--all", "--manifest-path"]);
    shell.run(command.arg(&manifest))?;
    let mut command = shell.cargo(&["clippy", "--quiet", "--workspace", "--all-targets"]);
    command.arg("--manifest-path").arg(&manifest).arg("--target-dir").arg(shell.target());
    shell.run(command.args(["--", "--deny", "warnings"]))
}

/// Copies a folder, without what was built and fetched.
fn copied(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        if !path.is_dir() {
            fs::copy(&path, to.join(&name))?;
        } else if !tidy::FOREIGN.iter().any(|foreign| name == *foreign) {
            copied(&path, &to.join(&name))?;
        }
    }
    Ok(())
}

/// The files that are new or changed when a lab is added.
///
/// # Errors
/// When it cannot be called so, or a list is not where it should be.
fn made(files: &[File], name: &str) -> Result<Vec<File>, String> {
    let is_word = name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
    if name.is_empty() || !is_word || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Err(format!(
            "`{name}` is no name of a lab: one word in small letters, as `shardkv`"
        ));
    }
    let number = after_last(files, "sim/src/labs/", "LabWords::of::<", u32::MAX);
    // Those of switches have three digits and more.
    let scenario = after_last(files, "sim/src/scenarios/", "number: ", 99);
    let mut made = Vec::new();
    for place in PLACES.iter().filter(|place| !place.is_there(files, name)) {
        let text = named(place.template, name)
            .replace("%number%", &number.to_string())
            .replace("%scenario%", &scenario.to_string());
        made.push(File { path: named(place.path, name), text });
    }
    for list in LISTS {
        let known = made.iter().position(|file| file.path == list.path);
        let text = match known {
            Some(place) => &made[place].text,
            None => match files.iter().find(|file| file.path == list.path) {
                Some(file) => &file.text,
                None => return Err(format!("{} is not there", list.path)),
            },
        };
        let with_lab = list.with_lab(text, name)?;
        match known {
            Some(place) => made[place].text = with_lab,
            None if with_lab != *text => {
                made.push(File { path: list.path.to_owned(), text: with_lab });
            }
            None => {}
        }
    }
    Ok(made)
}

/// One more than the highest number, up to a bound, that stands behind these words in a folder.
fn after_last(files: &[File], folder: &str, words: &str, most: u32) -> u32 {
    let texts = files.iter().filter(|file| file.path.starts_with(folder)).map(|file| &file.text);
    let numbers = texts.flat_map(|text| {
        text.split(words).skip(1).filter_map(|rest| {
            let line = rest.lines().next()?;
            let digits: String = line
                .chars()
                .skip_while(|letter| !letter.is_ascii_digit())
                .take_while(char::is_ascii_digit)
                .collect();
            digits.parse::<u32>().ok().filter(|number| *number <= most)
        })
    });
    numbers.max().unwrap_or(0) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_this_house() -> Vec<File> {
        tidy::files(&Shell::new()).expect("the sources are here")
    }

    /// The files with others in their places.
    fn with(files: &[File], made: Vec<File>) -> Vec<File> {
        let is_made = |file: &&File| !made.iter().any(|other| other.path == file.path);
        let copy = |file: &File| File { path: file.path.clone(), text: file.text.clone() };
        let mut all: Vec<File> = files.iter().filter(is_made).map(copy).collect();
        all.extend(made);
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all
    }

    #[test]
    fn a_new_lab_is_in_all_places_and_lists_and_tidy() {
        let files = of_this_house();
        let made = made(&files, "lease").expect("every list is there");
        assert!(made.iter().all(|file| !file.text.contains('%')), "words of templates are left");
        let all = with(&files, made);
        let complaints = |files: &[File]| -> Vec<String> {
            tidy::of_files(files).iter().map(ToString::to_string).collect()
        };
        assert_eq!(complaints(&all), complaints(&files));
        assert!(super::made(&all, "lease").expect("it is there").is_empty(), "twice is once");
    }

    #[test]
    fn a_lab_that_is_missing_somewhere_is_found() {
        let files = of_this_house();
        let all = with(&files, made(&files, "lease").expect("every list is there"));
        for list in LISTS.iter().filter(|list| !list.has.is_empty()) {
            let text = |files: &[File]| {
                let file = files.iter().find(|file| file.path == list.path);
                file.map(|file| file.text.clone()).expect("it is there")
            };
            let (before, after) = (text(&files), text(&all));
            assert!(
                !list.has_lab(&before, "lease") && list.has_lab(&after, "lease"),
                "{}",
                list.path
            );
        }
    }

    #[test]
    fn names_that_are_no_words_are_refused() {
        for name in ["", "Lease", "two words", "3lab", "a-b", "../x"] {
            assert!(made(&[], name).is_err(), "{name}");
        }
    }

    #[test]
    fn numbers_go_on_where_others_end() {
        let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
        let files = [file("a/x.rs", "number: 7,\nnumber: 4901,"), file("b/x.rs", "number: 9")];
        assert_eq!(after_last(&files, "a/", "number: ", 99), 8);
        assert_eq!(after_last(&files, "c/", "number: ", 99), 1);
    }
}
