//! Pictures of the page: a contact sheet of every state, and those that are kept in the tree.

use crate::shell::{Outcome, Shell, say};
use crate::{site, tools};
use std::fs;
use std::process::Command;

/// How the picture in the README is called where it is taken.
const README: &str = "readme.png";

/// Takes the contact sheet into `target/shots`, or only the states whose name contains a word; or
/// the pictures for previews in chats, into `www/pictures`, and the one in the README.
pub fn run(shell: &Shell, rest: &[&str]) -> Outcome {
    let (folder, filter) = match rest {
        [] => (shell.target().join("shots"), None),
        ["--pictures"] => (shell.path("www/pictures"), Some("pictures")),
        [word] => (shell.target().join("shots"), Some(*word)),
        _ => return Err("`cargo xtask shots` takes one word, or --pictures".into()),
    };
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    shell.run(chromium(shell)?.args(filter).env("NETSPLIT_SHEET", &folder))?;
    let readme = folder.join(README);
    if readme.is_file() {
        fs::rename(&readme, shell.path("docs/picture.png"))
            .map_err(|error| format!("{}: {error}", readme.display()))?;
    }
    say(&format!("pictures are in {}", folder.display()));
    Ok(())
}

/// Takes those of the kept pictures anew that differ from the page as it is now.
pub fn golden(shell: &Shell) -> Outcome {
    shell.run(chromium(shell)?.arg("ten_states_look_as_kept").env("REWRITE", "1"))?;
    shell.run(shell.command("git").args(["status", "--short", "--", "tests/pictures"]))
}

/// The end-to-end tests of the page as it is now, in Chromium, still without a filter.
fn chromium(shell: &Shell) -> Outcome<Command> {
    let driver = tools::drivers(shell)?.chromium;
    let dist = site::build(shell, None)?;
    let mut command = shell.cargo(&["test", "--quiet", "--package", "netsplit_tests"]);
    command
        .args(["--test", "e2e", "--"])
        .env("NETSPLIT_BROWSER", "chromium")
        .env("NETSPLIT_DRIVER", driver)
        .env("NETSPLIT_DIST", dist);
    Ok(command)
}
