//! Compressed sizes of the built page against the budgets in `xtask/budgets.txt`.

use crate::shell::{Outcome, Shell};
use crate::site;
use std::fs;
use std::path::Path;

/// One line of the budgets: which files, how much they may weigh together, what they are.
struct Budget {
    /// They are fetched after the first view and count for no other line.
    later: bool,
    ending: String,
    bytes: u64,
    what: String,
}

/// Builds the page, prints a row a budget, and fails when one is exceeded.
pub fn run(shell: &Shell) -> Outcome {
    let folder = site::build(shell, None)?;
    let text = fs::read_to_string(shell.path("xtask/budgets.txt"))
        .map_err(|error| format!("xtask/budgets.txt: {error}"))?;
    let budgets = parse(&text)?;
    let mut files = Vec::new();
    collect(&folder, &mut files)?;

    println!("{:>10} {:>10} {:>10}  part", "bytes", "brotli", "budget");
    let mut over = Vec::new();
    let (later, first): (Vec<_>, Vec<_>) = files
        .iter()
        .partition(|(name, ..)| budgets.iter().any(|budget| budget.later && budget.holds(name)));
    for budget in &budgets {
        let of_it = if budget.later { &later } else { &first };
        let of_it = of_it.iter().filter(|(name, ..)| budget.holds(name));
        let (plain, packed) =
            of_it.fold((0, 0), |(plain, packed), (_, a, b)| (plain + a, packed + b));
        println!("{plain:>10} {packed:>10} {:>10}  {}", budget.bytes, budget.what);
        if packed > budget.bytes {
            over.push(format!("{} by {} bytes", budget.what, packed - budget.bytes));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(format!("over budget: {}", over.join(", "))) }
}

fn parse(text: &str) -> Outcome<Vec<Budget>> {
    let lines = text.lines().map(str::trim).enumerate();
    let filled = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    filled
        .map(|(index, line)| {
            let place = format!("xtask/budgets.txt:{}", index + 1);
            budget(line).ok_or(format!("{place}: expected `ending bytes what`"))
        })
        .collect()
}

impl Budget {
    /// Whether a file is one of its files: `*` stands for anything.
    fn holds(&self, name: &str) -> bool {
        self.ending.split('|').any(|ending| match ending.split_once('*') {
            None => name.ends_with(ending),
            Some((before, end)) => name.strip_suffix(end).is_some_and(|rest| rest.contains(before)),
        })
    }
}

fn budget(line: &str) -> Option<Budget> {
    let (later, line) = match line.strip_prefix("later ") {
        Some(line) => (true, line.trim_start()),
        None => (false, line),
    };
    let (ending, rest) = line.split_once(char::is_whitespace)?;
    let (bytes, what) = rest.trim_start().split_once(char::is_whitespace)?;
    let bytes = bytes.parse().ok()?;
    Some(Budget { later, ending: ending.into(), bytes, what: what.trim().into() })
}

/// Name, size and compressed size of every file below a folder.
fn collect(folder: &Path, files: &mut Vec<(String, u64, u64)>) -> Outcome {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.is_dir() {
            // Copies of the page for each scenario, pictures for chats, the module for pages of
            // others, texts that a job may read: none is loaded by it.
            let name = path.file_name().unwrap_or_default();
            if !["s", "pictures", "js", "corpus"].iter().any(|it| name == *it) {
                collect(&path, files)?;
            }
        } else {
            let bytes = fs::read(&path).map_err(told)?;
            files.push((path.display().to_string(), bytes.len() as u64, packed(&bytes)));
        }
    }
    Ok(())
}

/// The size after brotli at its best, as a host would send it.
fn packed(bytes: &[u8]) -> u64 {
    let mut out = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &settings)
        .expect("reading from and writing to memory does not fail");
    out.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_read_and_packing_packs() {
        let budgets = parse("# words\n\n.js|.mjs 1000 all scripts\n").expect("a good line");
        assert_eq!((budgets[0].bytes, budgets[0].what.as_str()), (1000, "all scripts"));
        assert!(parse(".js many scripts").is_err());
        let later = parse("later -later.wasm 5 the rest").expect("a good line");
        assert!(later[0].later && later[0].holds("page-later.wasm") && !budgets[0].later);
        let shared = parse("later -kv.wasm|-kv.*.wasm 5 shared").expect("a good line");
        let holds = |name: &str| shared[0].holds(name);
        assert!(holds("page-kv.wasm") && holds("page-1-kv.txn.wasm") && !holds("page-txn.wasm"));
        assert!(packed(&[7; 10_000]) < 100);
    }
}
