//! Words that must not stand where they stand.

use super::{Complaint, File};

/// Lines of some files in which some text occurs; the texts are put together here, so that this
/// file does not complain about itself.
fn occurrences<'a>(
    files: impl Iterator<Item = &'a File>,
    texts: &[String],
    what: &str,
) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files {
        for (number, line) in file.lines() {
            if let Some(text) = texts.iter().find(|text| line.contains(text.as_str())) {
                complaints.push(file.complain(number, format!("`{text}`: {what}")));
            }
        }
    }
    complaints
}

/// A thing is done or is an entry in the list of issues, never a note in the source.
pub fn nothing_is_left_for_later(files: &[File]) -> Vec<Complaint> {
    let words =
        [("TO", "DO"), ("FIX", "ME"), ("HA", "CK"), ("todo", "!("), ("unimplemented", "!(")];
    let words = words.map(|(start, end)| format!("{start}{end}"));
    occurrences(files.iter(), &words, "finish it or leave it out")
}

/// A wrong result known today is a test that fails when it becomes right.
pub fn no_test_is_left_out(files: &[File]) -> Vec<Complaint> {
    let texts = [format!("#[{}", "ignore")];
    let sources = files.iter().filter(|file| file.is(".rs"));
    occurrences(sources, &texts, "no test is left out")
}

/// Time in tests is virtual; a test of a browser waits for what it expects to see.
pub fn no_test_sleeps(files: &[File]) -> Vec<Complaint> {
    let is_test = |file: &&File| {
        file.is(".rs")
            && (file.path.starts_with("tests/")
                || file.is("/tests.rs")
                || file.path.starts_with("core/")
                || file.path.starts_with("sim/"))
    };
    // A director's `sleep` is virtual: it takes a `Span`.
    let texts = ["thread::sleep", "sleep(Duration", "TimeoutFuture::", "park_timeout("];
    let texts = texts.map(String::from);
    occurrences(files.iter().filter(is_test), &texts, "wait for what you expect instead")
}

/// Papers are named by section and told in our own words: no comment about a protocol quotes a
/// sentence. Titles stand in italics.
pub fn papers_are_told(files: &[File]) -> Vec<Complaint> {
    let of_protocols = |file: &&File| {
        file.is(".rs") && ["core/", "script/"].iter().any(|folder| file.path.starts_with(folder))
    };
    let mut complaints = Vec::new();
    for file in files.iter().filter(of_protocols) {
        let mut comment = String::new();
        for (number, line) in file.lines() {
            let Some((_, said)) = line.trim_start().split_once("//").filter(|it| it.0.is_empty())
            else {
                comment.clear();
                continue;
            };
            comment += &format!(" {}", said.trim_start_matches(['/', '!']));
            // A quotation is complained about where it ends, and then what follows is looked at.
            if let Some(quoted) = comment.split('"').skip(1).step_by(2).find(|it| is_sentence(it))
                && comment.matches('"').count().is_multiple_of(2)
            {
                let what = format!("a quotation: {quoted}");
                complaints.push(file.complain(number, what));
                comment.clear();
            }
        }
    }
    complaints
}

/// Whether a text is long enough to be somebody's sentence.
fn is_sentence(text: &str) -> bool {
    text.split_whitespace().count() >= 5
}

/// The tree is the same on every machine, so no text names a place of one.
pub fn nothing_names_a_machine(files: &[File]) -> Vec<Complaint> {
    let folders = ["home", "root", "Users", "tmp", "var/folders"];
    let mut texts: Vec<String> = folders.iter().map(|folder| format!("/{folder}/")).collect();
    texts.push(format!("C:{}", '\\'));
    // A registry's or a proxy's own address belongs to a machine's set-up.
    texts.push(format!("{}factory", "arti"));
    occurrences(files.iter(), &texts, "a path of one machine")
}

/// Values of colour stand in `www/tokens.css`, which has both themes side by side. An icon is a
/// document of its own and cannot see them.
pub fn colours_stand_in_one_place(files: &[File]) -> Vec<Complaint> {
    let endings = [".css", ".rs", ".html", ".mjs"];
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| endings.iter().any(|ending| file.is(ending))) {
        if file.path == "www/tokens.css" || file.path.starts_with("xtask/") {
            continue;
        }
        for (number, line) in file.lines() {
            let found = if file.is(".css") { css_colour(line) } else { quoted_colour(line) };
            if let Some(colour) = found {
                let what = format!("`{colour}` is a colour: name it in www/tokens.css");
                complaints.push(file.complain(number, what));
            }
        }
    }
    complaints
}

/// Functions that make a colour of numbers.
const FUNCTIONS: &[&str] = &["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklch("];

/// Names one is tempted to write.
const NAMES: &[&str] =
    &["black", "white", "gray", "grey", "red", "green", "blue", "yellow", "orange", "purple"];

/// A colour in the value of a declaration.
fn css_colour(line: &str) -> Option<&str> {
    let (_, value) = line.split_once(':')?;
    if line.trim_end().ends_with(['{', ',']) && !line.contains(';') {
        return None; // A selector: `a:hover {`.
    }
    let mut words = value.split(|letter: char| " ,;()".contains(letter));
    words
        .find(|word| word.strip_prefix('#').is_some_and(is_hex_colour) || NAMES.contains(word))
        .or_else(|| made_by_function(value))
}

/// A colour at the start of a piece of quoted text.
fn quoted_colour(line: &str) -> Option<&str> {
    line.split('"').skip(1).step_by(2).find_map(|piece| {
        let is_hex = piece.strip_prefix('#').is_some_and(is_hex_colour);
        if is_hex { Some(piece) } else { made_by_function(piece) }
    })
}

fn made_by_function(text: &str) -> Option<&'static str> {
    let starts_word = |at: usize| !text[..at].ends_with(|before: char| before.is_alphanumeric());
    FUNCTIONS
        .iter()
        .copied()
        .find(|function| text.match_indices(function).any(|(at, _)| starts_word(at)))
}

/// 3, 4, 6 or 8 hexadecimal digits.
fn is_hex_colour(digits: &str) -> bool {
    [3, 4, 6, 8].contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::super::{made_up, places};
    use super::*;

    #[test]
    fn words_are_found_where_they_stand() {
        let later = format!("//! x\n// TO{}: more", "DO");
        let left_out = format!("//! x\n#[{}]", "ignore");
        let machine = format!("see /{}/me/x", "home");
        let files = made_up(&[
            ("a.rs", &later),
            ("b.rs", &left_out),
            ("tests/it/c.rs", "//! x\nthread::sleep(x)"),
            ("d.md", &machine),
            ("xtask/e.rs", "thread::sleep(x)"),
        ]);
        assert_eq!(places(&nothing_is_left_for_later(&files)), ["a.rs:2"]);
        assert_eq!(places(&no_test_is_left_out(&files)), ["b.rs:2"]);
        assert_eq!(places(&no_test_sleeps(&files)), ["tests/it/c.rs:2"]);
        assert_eq!(places(&nothing_names_a_machine(&files)), ["d.md:1"]);
    }

    #[test]
    fn quotations_are_told_from_titles() {
        let quoted = "//! \"one two three\n//! four five\" (5.1)";
        let files = made_up(&[
            ("core/a.rs", quoted),
            (
                "core/b.rs",
                "//! *One Two Three Four Five*, \"n1\"\nlet x = \"one two three four five\";",
            ),
            ("web/c.rs", quoted),
        ]);
        assert_eq!(places(&papers_are_told(&files)), ["core/a.rs:2"]);
    }

    #[test]
    fn colours_are_told_from_names() {
        let css = [
            ("  color: #fff;", true),
            ("  border: 1px solid #1d1f23;", true),
            ("  color: white;", true),
            ("  fill: oklch(0.5 0.1 20);", true),
            ("  color: var(--ink);", false),
            ("#add:hover {", false),
            ("  grid-area: red-row;", false),
        ];
        for (line, expected) in css {
            assert_eq!(css_colour(line).is_some(), expected, "{line}");
        }
        let rust = [
            ("fill=\"#1d1f23\"", true),
            ("\"rgb(1, 2, 3)\"", true),
            ("drop n1>n3#570", false),
            ("\"#s1:abc\"", false),
            ("\"vocab(1)\"", false),
        ];
        for (line, expected) in rust {
            assert_eq!(quoted_colour(line).is_some(), expected, "{line}");
        }
    }
}
