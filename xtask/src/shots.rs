//! Pictures of the page: a contact sheet of every state, and those that are kept in the tree.

use crate::shell::{Outcome, Shell, say};
use crate::{site, tools};
use std::fs;
use std::path::Path;

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
    let chromium = tools::drivers(shell)?.chromium;
    let dist = site::build(shell, None)?;
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    take(shell, &chromium, &dist, &folder, filter)?;
    let readme = folder.join(README);
    if readme.is_file() {
        fs::rename(&readme, shell.path("docs/picture.png"))
            .map_err(|error| format!("{}: {error}", readme.display()))?;
    }
    say(&format!("pictures are in {}", folder.display()));
    Ok(())
}

fn take(shell: &Shell, driver: &Path, dist: &Path, folder: &Path, filter: Option<&str>) -> Outcome {
    let mut command = shell.cargo(&["test", "--quiet", "--package", "netsplit_tests"]);
    command.args(["--test", "e2e", "--"]).args(filter);
    command
        .env("NETSPLIT_BROWSER", "chromium")
        .env("NETSPLIT_DRIVER", driver)
        .env("NETSPLIT_DIST", dist)
        .env("NETSPLIT_SHEET", folder);
    shell.run(&mut command)
}
