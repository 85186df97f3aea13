//! The program in parts: what the first view needs, what is fetched after it, and each lab after
//! the first (`web/src/later.rs`, docs/adr/0010-the-program-in-two-parts.md).
//!
//! Trunk has built the page with the feature `split`. Here the program it was made from is split,
//! and the files of the first part take the place of those that hold all of it.

use crate::shell::{Outcome, Shell, WASM};
use crate::tools::Tool;
use std::fs;
use std::path::Path;

/// How the splitter names the script that fetches the later parts.
const LINK: &str = "./__wasm_split.js";
/// How the names of parts that are reached from one place begin, and those of what is reached
/// from several.
const PARTS: [&str; 2] = ["split_", "chunk_"];

/// Replaces the program in the built site by its parts.
pub fn split(shell: &Shell, dist: &Path) -> Outcome {
    let name = name(dist)?;
    let program = shell.target().join(WASM).join("page").join("netsplit_web.wasm");
    let parts = shell.target().join("parts");
    // What an earlier build left there would be taken for a part of this one.
    if parts.exists() {
        fs::remove_dir_all(&parts).map_err(|error| format!("{}: {error}", parts.display()))?;
    }
    let splitter = Tool::WasmSplit.folder(shell)?.join("wasm-split-cli");
    shell.run(shell.command(splitter).arg(program).arg(&parts).args(["--out-name", &name]))?;

    let bindgen = Tool::WasmBindgen.folder(shell)?.join("wasm-bindgen");
    let mut command = shell.command(bindgen);
    command.arg(parts.join(format!("{name}.wasm")));
    // The later parts come by the table of functions, which the linker has named.
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
    let link = format!("./{name}-link.js");
    let glue = dist.join(format!("{name}.js"));
    // Once for each later part.
    let text = replaced(&read(&glue)?, &format!("from \"{LINK}\""), &format!("from \"{link}\""))?;
    write(&glue, text.as_bytes())?;
    let fetches = read(&parts.join(LINK))?;
    let mut text = fetches.clone();
    for part in names(&parts)?.iter().filter(|part| is_later(part)) {
        let to = format!("{name}-{}", renamed(part, &fetches)?);
        text = replaced(&text, part, &to)?;
        let bytes = fs::read(parts.join(part)).map_err(|error| format!("{part}: {error}"))?;
        write(&dist.join(to), &bytes)?;
    }
    write(&dist.join(link), text.as_bytes())
}

/// A file that the splitter wrote is a later part of the program.
fn is_later(file: &str) -> bool {
    file.ends_with(".wasm") && PARTS.iter().any(|begin| file.starts_with(begin))
}

/// What a part is called in the built site, behind the program's name: `later.wasm`. What a lab
/// shares with the rest of the program comes with that; what labs share alone is named after them:
/// `1-kv.shards.wasm`.
fn renamed(part: &str, fetches: &str) -> Outcome<String> {
    let [own, shared] = PARTS;
    if let Some(part) = part.strip_prefix(own) {
        return Ok(part.to_owned());
    }
    let number = part.trim_start_matches(shared).trim_end_matches(".wasm");
    let sharing = sharing(number, fetches)
        .ok_or(format!("it does not stand in what the splitter wrote who shares `{part}`"))?;
    let last = if sharing.contains(&"later") { "later".to_owned() } else { sharing.join(".") };
    Ok(format!("{number}-{last}.wasm"))
}

/// Who shares a part, by its number, as the script has it that fetches the parts.
fn sharing<'a>(number: &str, fetches: &'a str) -> Option<Vec<&'a str>> {
    let (before, _) = fetches.split_once(&format!(" */\nconst __chunk_{number} ="))?;
    let (_, names) = before.rsplit_once("/* ")?;
    Some(names.split(", ").collect())
}

/// The names of the files in a folder, in order.
fn names(folder: &Path) -> Outcome<Vec<String>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

/// The name of the program's files, with Trunk's hash in it.
fn name(dist: &Path) -> Outcome<String> {
    let found = names(dist)?;
    let mut found = found.iter().filter_map(|name| name.strip_suffix("_bg.wasm"));
    found.next().map(str::to_owned).ok_or(format!("{} holds no program", dist.display()))
}

/// The text with something of it replaced, which must be there.
fn replaced(text: &str, from: &str, to: &str) -> Outcome<String> {
    match text.contains(from) {
        true => Ok(text.replace(from, to)),
        false => Err(format!("`{from}` does not stand in what the splitter wrote")),
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
    fn the_parts_of_the_program_are_told_from_its_first() {
        assert!(is_later("split_kv.wasm") && is_later("chunk_1.wasm"));
        assert!(!is_later("netsplit_web-1a2b.wasm") && !is_later("split_kv.js"));
        let fetches = "}\n/* kv, later */\nconst __chunk_1 = makeLoad(() => {});\n\
                       /* kv, shards */\nconst __chunk_2 = makeLoad(() => {});\n";
        let renamed = |part: &str| renamed(part, fetches).ok();
        assert_eq!(renamed("split_kv.wasm").as_deref(), Some("kv.wasm"));
        assert_eq!(renamed("chunk_1.wasm").as_deref(), Some("1-later.wasm"));
        assert_eq!(renamed("chunk_2.wasm").as_deref(), Some("2-kv.shards.wasm"));
        assert_eq!(renamed("chunk_3.wasm"), None);
    }

    #[test]
    fn what_is_replaced_must_be_there() {
        assert_eq!(replaced("a b c b", "b", "d").as_deref(), Ok("a d c d"));
        assert!(replaced("a c", "b", "d").is_err());
    }
}
