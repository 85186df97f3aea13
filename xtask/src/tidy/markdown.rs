//! Documents: titles and links.

use super::{Complaint, File};

/// The lines of a document that are prose: what stands between fences is shown, not meant.
fn prose(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut is_fenced = false;
    file.lines().filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_fenced ^= is_fence;
        !is_fenced && !is_fence
    })
}

fn documents(files: &[File]) -> impl Iterator<Item = &File> {
    files.iter().filter(|file| file.is(".md"))
}

/// A document is about one thing, and its title says which.
pub fn one_title(files: &[File]) -> Vec<Complaint> {
    let titles = |file: &File| prose(file).filter(|(_, line)| line.starts_with("# ")).count();
    let wrong = documents(files).map(|file| (file, titles(file))).filter(|(_, count)| *count != 1);
    wrong.map(|(file, count)| file.complain(1, format!("{count} titles, expected one"))).collect()
}

/// A relative link names a file that is there, and a heading that is in it.
pub fn links_lead_somewhere(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in documents(files) {
        for (number, line) in prose(file) {
            for target in links(line).filter(|target| !is_absolute(target)) {
                if let Err(reason) = follow(files, file, target) {
                    complaints.push(file.complain(number, format!("`{target}`: {reason}")));
                }
            }
        }
    }
    complaints
}

/// Every page below `docs/` is reached from `docs/README.md`; decisions through their folder.
pub fn pages_are_listed(files: &[File]) -> Vec<Complaint> {
    let Some(list) = files.iter().find(|file| file.path == "docs/README.md") else {
        return vec![Complaint {
            rule: "",
            place: "docs/README.md".into(),
            what: "the list of all pages is missing".into(),
        }];
    };
    let listed: Vec<String> = prose(list)
        .flat_map(|(_, line)| links(line).collect::<Vec<_>>())
        .map(|target| joined("docs/README.md", target.split('#').next().unwrap_or_default()))
        .collect();
    let pages =
        documents(files).filter(|file| file.path.starts_with("docs/") && file.path != list.path);
    let missing = pages.filter(|page| !listed.contains(&page.path));
    missing.map(|page| page.complain(1, "docs/README.md does not list this page")).collect()
}

/// The messages of a lab are told twice, where its code opens and on its page, in the same words.
pub fn messages_are_told_alike(files: &[File]) -> Vec<Complaint> {
    let of_code = |file: &&File| file.path.starts_with("core/src/") && file.is("/mod.rs");
    let of_pages = |file: &&File| file.path.starts_with("docs/labs/") && file.is(".md");
    let rows = |file| messages(file).map(move |(number, row)| (file, number, row));
    let code: Vec<_> = files.iter().filter(of_code).flat_map(rows).collect();
    let pages: Vec<_> = files.iter().filter(of_pages).flat_map(rows).collect();
    let missing = |here: &[(&File, usize, &str)], there: &[(&File, usize, &str)], where_: &str| {
        let is_there = |row: &str| there.iter().any(|(.., other)| *other == row);
        let missing = here.iter().filter(|(.., row)| !is_there(row));
        let told = |(file, number, row): &(&File, usize, &str)| {
            file.complain(*number, format!("{where_} does not say so: {row}"))
        };
        missing.map(told).collect::<Vec<_>>()
    };
    let mut complaints = missing(&code, &pages, "no page in docs/labs");
    complaints.extend(missing(&pages, &code, "no mod.rs in core"));
    complaints
}

/// The rows of a file's tables of messages, in code or in a document.
fn messages(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut is_table = false;
    file.lines().filter_map(move |(number, line)| {
        let line = line.strip_prefix("//! ").unwrap_or(line);
        let is_head = line.starts_with("| message | from |");
        let is_row = is_table && line.starts_with("| `");
        is_table = is_head || is_table && line.starts_with('|');
        is_row.then_some((number, line))
    })
}

/// The targets of `[text](target)` in a line; what stands between back-ticks is no link.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split('`')
        .step_by(2)
        .flat_map(|text| text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)))
}

fn is_absolute(target: &str) -> bool {
    ["http:", "https:", "mailto:"].iter().any(|scheme| target.starts_with(scheme))
}

/// Whether a relative target is there.
fn follow(files: &[File], from: &File, target: &str) -> Result<(), &'static str> {
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if path.is_empty() { from.path.clone() } else { joined(&from.path, path) };
    let folder = format!("{}/", path.trim_end_matches('/'));
    let Some(file) = files.iter().find(|file| file.path == path) else {
        // Folders, and files that are not text, such as a licence.
        let is_folder = files.iter().any(|file| file.path.starts_with(&folder));
        let is_licence = path.starts_with("LICENSE");
        return if is_folder || is_licence { Ok(()) } else { Err("no such file") };
    };
    let has_heading = || {
        let headings = prose(file).filter(|(_, line)| line.starts_with('#'));
        headings.into_iter().any(|(_, line)| anchor(line) == heading)
    };
    if heading.is_empty() || !file.is(".md") || has_heading() {
        Ok(())
    } else {
        Err("no such heading")
    }
}

/// The anchor that a heading gets: small letters, digits, `-` for spaces.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

/// A path relative to a file's folder, without `.` and `..`.
fn joined(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::{made_up, places};
    use super::*;

    #[test]
    fn titles_are_counted_outside_of_fences() {
        let files =
            made_up(&[("a.md", "# A\n```\n# no\n```\n"), ("b.md", "# A\n# B\n"), ("c.md", "")]);
        assert_eq!(places(&one_title(&files)), ["b.md:1", "c.md:1"]);
    }

    #[test]
    fn links_are_followed() {
        let text = "# A\n[ok](b/c.md#two-words) [no](d.md) [no](b/c.md#other) `[x](y.md)`\n\
                    [out](https://example.org/x) [here](#a) [folder](b/)";
        let files = made_up(&[("a.md", text), ("b/c.md", "# C\n## Two words\n[up](../a.md)\n")]);
        let found = links_lead_somewhere(&files);
        assert_eq!(places(&found), ["a.md:2", "a.md:2"]);
    }

    #[test]
    fn pages_that_nobody_reaches_are_found() {
        let files = made_up(&[
            ("docs/README.md", "# Docs\n[a](a.md)"),
            ("docs/a.md", "# A"),
            ("docs/labs/b.md", "# B"),
        ]);
        assert_eq!(places(&pages_are_listed(&files)), ["docs/labs/b.md:1"]);
    }
    #[test]
    fn messages_that_are_told_in_other_words_are_found() {
        let head = "| message | from | to | says |\n|---|---|---|---|\n";
        let page =
            format!("# A\n{head}| `Ask` | a | b | x |\n| `Tell` | a | b | y |\n\n| `no` | b |\n");
        let code = format!("{head}| `Ask` | a | b | x |\n| `Tell` | a | b | z |\n");
        let code: String = code.lines().map(|line| format!("//! {line}\n")).collect();
        let files = made_up(&[("core/src/a/mod.rs", &code), ("docs/labs/a.md", &page)]);
        let found = messages_are_told_alike(&files);
        assert_eq!(places(&found), ["core/src/a/mod.rs:4", "docs/labs/a.md:5"]);
    }
}
