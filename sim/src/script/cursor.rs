//! A line cut into words, and the place in it.

use netsplit_core::id::{Cast, NodeId};

use super::{ScriptError, limits};
use crate::labs::LabWords;

/// A word of a line: `crash`, `n1`, `"quoted text"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Word<'a> {
    /// As it is written, with its quotes.
    pub(super) text: &'a str,
    /// Where it begins, in bytes of the line.
    pub(super) start: usize,
}

/// Something is not as it should be at a place of the line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trouble {
    pub(super) start: usize,
    pub(super) message: String,
}

impl Trouble {
    pub(super) fn new(start: usize, message: impl Into<String>) -> Trouble {
        Trouble { start, message: message.into() }
    }

    /// The error as people read it: with line and column.
    pub(super) fn at_line(self, line: &str, number: u32) -> ScriptError {
        let before = line.get(..self.start).unwrap_or(line);
        ScriptError {
            line: number,
            column: before.chars().count() as u32 + 1,
            message: self.message,
        }
    }
}

/// A line being read.
pub(super) struct Cursor<'a> {
    words: Vec<Word<'a>>,
    pub(super) next: usize,
    /// Where the line ends, in bytes.
    end: usize,
    pub(super) lab: &'static LabWords,
    /// Who there is; nobody while that is not known.
    pub(super) cast: Cast,
}

impl<'a> Cursor<'a> {
    /// Cuts a line into words; a comment is left out.
    pub(super) fn new(
        line: &'a str,
        lab: &'static LabWords,
        cast: Cast,
    ) -> Result<Cursor<'a>, Trouble> {
        if line.len() > limits::TEXT_BYTES {
            return Err(Trouble::new(0, "the text is longer than 64 KiB"));
        }
        let words = words(line)?;
        let end = words.last().map_or(0, |word| word.start + word.text.len());
        Ok(Cursor { words, next: 0, end, lab, cast })
    }

    /// Cuts what is left at arrows and bars, so that `n1->n2` needs no blanks.
    /// Not for lines that carry a lab's own words.
    pub(super) fn split_at_links(&mut self) {
        let mut split = Vec::with_capacity(self.words.len());
        for word in self.words.drain(self.next..) {
            let mut start = 0;
            let text = word.text;
            if text.starts_with('"') {
                split.push(word);
                continue;
            }
            let mut at = 0;
            while at < text.len() {
                let rest = &text[at..];
                let mark = ["->", "|"].into_iter().find(|mark| rest.starts_with(mark));
                let Some(mark) = mark else {
                    at += rest.chars().next().map_or(1, char::len_utf8);
                    continue;
                };
                if at > start {
                    split.push(Word { text: &text[start..at], start: word.start + start });
                }
                split.push(Word { text: &text[at..at + mark.len()], start: word.start + at });
                at += mark.len();
                start = at;
            }
            if start < text.len() {
                split.push(Word { text: &text[start..], start: word.start + start });
            }
        }
        self.words.extend(split);
    }

    /// The word that comes next, without taking it.
    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.next).copied()
    }

    /// Whether everything was taken.
    pub(super) fn is_done(&self) -> bool {
        self.next == self.words.len()
    }

    /// Takes the next word when it is this one.
    pub(super) fn accept(&mut self, text: &str) -> bool {
        let is = self.peek().is_some_and(|word| word.text == text);
        self.next += usize::from(is);
        is
    }

    /// Takes the next word, which must be this one.
    pub(super) fn expect(&mut self, text: &str) -> Result<(), Trouble> {
        if self.accept(text) { Ok(()) } else { Err(self.expected(&format!("`{text}`"))) }
    }

    /// Takes the next word, whatever it is.
    pub(super) fn take(&mut self, expected: &str) -> Result<Word<'a>, Trouble> {
        let word = self.peek().ok_or_else(|| self.expected(expected))?;
        self.next += 1;
        Ok(word)
    }

    /// Takes the next word and reads it; `expected` says what it should be.
    pub(super) fn read<T>(
        &mut self,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Trouble> {
        let found = self.peek().and_then(|word| read(word.text));
        let value = found.ok_or_else(|| self.expected(expected))?;
        self.next += 1;
        Ok(value)
    }

    /// All that is left, its words with one blank between, at most so long.
    pub(super) fn rest(&mut self, most: usize) -> Result<String, Trouble> {
        let start = self.start();
        let mut text = String::new();
        for word in &self.words[self.next..] {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word.text);
        }
        self.next = self.words.len();
        if text.len() > most {
            return Err(Trouble::new(start, format!("this is longer than {most} bytes")));
        }
        Ok(text)
    }

    /// A quoted text, at most so long.
    pub(super) fn quoted(&mut self, expected: &str, most: usize) -> Result<String, Trouble> {
        let start = self.start();
        let text = self.read(expected, unquoted)?;
        if text.len() > most {
            return Err(Trouble::new(start, format!("this text is longer than {most} bytes")));
        }
        Ok(text)
    }

    /// A node that exists.
    pub(super) fn node(&mut self) -> Result<NodeId, Trouble> {
        let start = self.start();
        let node = self.read("a node like n1", NodeId::from_name)?;
        self.placed(node, start)
    }

    /// A node that was named at `start`, in its place; an error when there is no such one.
    pub(super) fn placed(&self, node: NodeId, start: usize) -> Result<NodeId, Trouble> {
        let cast = self.cast;
        let missing = || Trouble::new(start, format!("there is no {node}: the nodes are {cast}"));
        cast.place(node).ok_or_else(missing)
    }

    /// Nothing may follow.
    pub(super) fn done(&self) -> Result<(), Trouble> {
        if self.is_done() { Ok(()) } else { Err(self.expected("the end of the line")) }
    }

    /// Where the next word begins.
    pub(super) fn start(&self) -> usize {
        self.peek().map_or(self.end, |word| word.start)
    }

    /// What was expected at this place, and what is there.
    pub(super) fn expected(&self, expected: &str) -> Trouble {
        let found = match self.peek() {
            Some(word) => format!("found `{}`", short(word.text)),
            None => "the line ends here".to_owned(),
        };
        Trouble::new(self.start(), format!("expected {expected}, {found}"))
    }
}

/// A word as an error shows it: not the whole of a long one.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 32;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}

/// The words of a line up to its comment.
fn words(line: &str) -> Result<Vec<Word<'_>>, Trouble> {
    let mut words = Vec::new();
    let mut letters = line.char_indices().peekable();
    while let Some(&(start, letter)) = letters.peek() {
        if letter.is_control() && letter != '\t' {
            return Err(Trouble::new(start, "a control character cannot stand here"));
        }
        if letter.is_whitespace() {
            letters.next();
            continue;
        }
        if letter == '#' {
            break;
        }
        let end = if letter == '"' { quoted_end(line, start)? } else { bare_end(line, start) };
        words.push(Word { text: &line[start..end], start });
        while letters.next_if(|(at, _)| *at < end).is_some() {}
    }
    Ok(words)
}

/// Where the word without quotes that begins at `start` ends.
fn bare_end(line: &str, start: usize) -> usize {
    let rest = &line[start..];
    let end = rest.find(|letter: char| letter.is_whitespace() || letter.is_control());
    start + end.unwrap_or(rest.len())
}

/// Where the quoted text that begins at `start` ends.
fn quoted_end(line: &str, start: usize) -> Result<usize, Trouble> {
    let mut escaped = false;
    for (at, letter) in line[start..].char_indices().skip(1) {
        match letter {
            _ if letter.is_control() => {
                return Err(Trouble::new(start + at, "a control character cannot stand here"));
            }
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Ok(start + at + 1),
            _ => {}
        }
    }
    Err(Trouble::new(start, "this text has no closing quote"))
}

/// What a quoted text says; `None` when it is not one.
pub(super) fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut said = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        said.push(if letter == '\\' { letters.next()? } else { letter });
    }
    Some(said)
}

/// A number in plain digits, without needless zeros.
pub(super) fn number_from_text<T: std::str::FromStr>(text: &str) -> Option<T> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok()
}
