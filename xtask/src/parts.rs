//! The program in two parts: what the first view needs, and what is fetched after it
//! (`web/src/later.rs`, docs/adr/0010-the-program-in-two-parts.md).
//!
//! Trunk has built the page with the feature `split`. Here the program it was made from is split,
//! and the files of the first part take the place of those that hold all of it.

use crate::shell::{Outcome, Shell, WASM};
use crate::tools::Tool;
use std::fs;
use std::path::Path;

/// How the splitter names the script that fetches the second part.
const LINK: &str = "./__wasm_split.js";
/// How it names the second part.
const LATER: &str = "split_later.wasm";

/// Replaces the program in the built site by its two parts.
pub fn split(shell: &Shell, dist: &Path) -> Outcome {
    let name = name(dist)?;
    let program = shell.target().join(WASM).join("page").join("netsplit_web.wasm");
    let parts = shell.target().join("parts");
    let splitter = Tool::WasmSplit.folder(shell)?.join("wasm-split-cli");
    shell.run(shell.command(splitter).arg(program).arg(&parts).args(["--out-name", &name]))?;

    let bindgen = Tool::WasmBindgen.folder(shell)?.join("wasm-bindgen");
    let mut command = shell.command(bindgen);
    command.arg(parts.join(format!("{name}.wasm")));
    // The second part comes by the table of functions, which the linker has named.
    command.args([
        "--target",
        "web",
        "--no-typescript",
        "--keep-lld-exports",
        "--remove-name-section",
    ]);
    command.args(["--out-name", &name, "--out-dir"]);
    shell.run(command.arg(dist))?;

    // All names hold the hash that Trunk gave the whole, so that no cache mixes two builds.
    let (link, later) = (format!("./{name}-link.js"), format!("{name}-later.wasm"));
    let glue = dist.join(format!("{name}.js"));
    let text = replaced(&read(&glue)?, &format!("from \"{LINK}\""), &format!("from \"{link}\""))?;
    write(&glue, text.as_bytes())?;
    let text = replaced(&read(&parts.join(LINK))?, LATER, &later)?;
    write(&dist.join(link), text.as_bytes())?;
    let bytes = fs::read(parts.join(LATER)).map_err(|error| format!("{LATER}: {error}"))?;
    write(&dist.join(later), &bytes)
}

/// The name of the program's files, with Trunk's hash in it.
fn name(dist: &Path) -> Outcome<String> {
    let entries = fs::read_dir(dist).map_err(|error| format!("{}: {error}", dist.display()))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut found = names.filter_map(|name| name.strip_suffix("_bg.wasm").map(str::to_owned));
    found.next().ok_or(format!("{} holds no program", dist.display()))
}

/// The text with one place of it replaced, which must be there, once.
fn replaced(text: &str, from: &str, to: &str) -> Outcome<String> {
    match text.matches(from).count() {
        1 => Ok(text.replace(from, to)),
        times => Err(format!("`{from}` stands {times} times in what the splitter wrote, not once")),
    }
}

fn read(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Outcome {
    fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_replaced_when_it_is_there_once() {
        assert_eq!(replaced("a b c", "b", "d").as_deref(), Ok("a d c"));
        assert!(replaced("a c", "b", "d").is_err());
        assert!(replaced("b b", "b", "d").is_err());
    }
}
