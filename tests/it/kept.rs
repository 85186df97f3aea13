//! Texts that are kept in the tree and compared with what is made now: goldens, captions, panels,
//! tables of the documentation.
//!
//! `REWRITE=1` writes them anew; so does `cargo xtask golden`. Only commit the changes if you
//! understand what caused them.

use std::fs;
use std::path::{Path, PathBuf};

/// Whether kept texts are to be written anew.
pub fn rewrites() -> bool {
    std::env::var_os("REWRITE").is_some_and(|value| value == "1")
}

/// A path below this package.
pub fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// Texts that are compared one after the other; what differs is told at the end.
#[derive(Default)]
pub struct Kept {
    differ: Vec<String>,
}

impl Kept {
    /// Compares a text with the one in a file, which is written anew where that is wanted.
    pub fn check(&mut self, file: &Path, now: &str) {
        if rewrites() {
            let folder = file.parent().expect("a file stands in a folder");
            fs::create_dir_all(folder).expect("the folder can be made");
            fs::write(file, now).expect("the text can be written");
        }
        let before = fs::read_to_string(file).unwrap_or_default();
        if let Some(difference) = difference(&before, now) {
            self.differ.push(format!("{}{difference}", file.display()));
        }
    }

    /// # Panics
    /// When a text differs: with the first line of each that does.
    pub fn end(self) {
        assert!(self.differ.is_empty(), "{}\nREWRITE=1 writes them anew", self.differ.join("\n"));
    }
}

/// Compares one text.
///
/// # Panics
/// When it differs.
pub fn check(file: &Path, now: &str) {
    let mut kept = Kept::default();
    kept.check(file, now);
    kept.end();
}

/// The first line in which two texts differ.
fn difference(before: &str, now: &str) -> Option<String> {
    if before == now {
        return None;
    }
    let same = before.lines().zip(now.lines()).take_while(|(was, is)| was == is).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
    Some(format!(":{}\n  was {}\n  is  {}", same + 1, line(before), line(now)))
}

#[test]
fn the_first_line_that_differs_is_told() {
    assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    let told = |line: u32, was: &str, is: &str| Some(format!(":{line}\n  was {was}\n  is  {is}"));
    assert_eq!(difference("a\nb\nc\n", "a\nx\nc\n"), told(2, "b", "x"));
    assert_eq!(difference("a\n", "a\nb\n"), told(2, "(the end)", "b"));
    assert_eq!(difference("a\n", "a"), told(2, "(the end)", "(the end)"));
}
