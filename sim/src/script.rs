//! The script language: one text for scenarios, goldens, links, the page's
//! command line and the documentation.
//!
//! ```text
//! # A leader cut off from its majority keeps its entry but cannot commit it.
//! scenario raft nodes=3 seed=4 pre-vote=on
//! disk n1 term 7 vote none log 1*3 4*2
//! label n2 "(a)"
//! order n2 n1 n3
//! run until leader within 2s
//! note "Now the leader is alone."
//! isolate leader
//! at 1.2s +3 propose n1 x=3
//! try "Mend the network" mend all
//! run for 300ms
//! ```
//!
//! The first line names the lab and what the run starts from; `disk`, `label`,
//! `order` and `code` belong to it: a reader's own functions, a quoted line each,
//! for the lab that runs such. Then one thing a line, each verb as the variants
//! of [`Verb`] show it. `#` begins a comment at the start of a word; quoted text
//! knows `\"` and `\\`.
//!
//! Whatever was read prints in one canonical form, which reads back as the same
//! value. Reading takes time in proportion to the text and never panics; the
//! limits stand in [`limits`].

mod cursor;
mod dials;
mod parse;
mod print;
#[cfg(test)]
pub(crate) mod random;
#[cfg(test)]
mod tests;
mod values;
mod verbs;
pub mod vocabulary;

use std::fmt;

use netsplit_core::id::Cast;

use crate::labs::LabWords;
use crate::scenario::{Line, Script};
use crate::verb::Verb;

pub use parse::clean;
pub use print::Shown;
pub use values::{TimeText, delay_from_text, delay_text, parts_from_text, parts_text, span_text};
pub(crate) use values::{span_from_text, switch_from_text, switch_text};
pub use verbs::envelope_from_text;

use cursor::Cursor;

/// What a script may hold at most.
pub mod limits {
    use netsplit_core::time::Span;

    /// Bytes of the text.
    pub const TEXT_BYTES: usize = 64 * 1024;
    /// Lines of the text.
    pub const LINES: usize = 2_000;
    /// Bytes of a label, a button or an option's value.
    pub const NAME_BYTES: usize = 64;
    /// Bytes of a note.
    pub const NOTE_BYTES: usize = 600;
    /// Bytes of what is asked of a node.
    pub const REQUEST_BYTES: usize = 1_024;
    /// Servers of a scenario.
    pub const NODES: u32 = 15;
    /// Servers of a scenario in which they form groups.
    pub const GROUPED: u32 = 40;
    /// Clients of a scenario.
    pub const CLIENTS: u32 = 24;
    /// The longest span, and the latest moment.
    pub const SPAN: Span = Span::from_millis(3_600_000);
    /// Nodes a selector names, so that `n1 n1 n1 …` stays small.
    pub const SELECTED: usize = 64;
}

/// Why a text is not a script, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// What was expected and what stands there instead.
    pub message: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ScriptError {}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// The first thing that is not as it should be, with its place.
    pub fn parse(text: &str) -> Result<Script, ScriptError> {
        parse::script(text)
    }
}

/// Reads one line of a script for a run of these nodes of a lab: what a person
/// types into the page's command line. `None` for an empty line or a comment.
///
/// # Errors
/// What is not as it should be, with its column.
pub fn parse_line(
    text: &str,
    words: &'static LabWords,
    cast: impl Into<Cast>,
) -> Result<Option<Line>, ScriptError> {
    let cast = cast.into();
    let whole = || {
        let mut cursor = Cursor::new(text, words, cast)?;
        if cursor.is_done() {
            return Ok(None);
        }
        let line = cursor.line()?;
        cursor.done()?;
        Ok(Some(line))
    };
    whole().map_err(|trouble: cursor::Trouble| trouble.at_line(text, 1))
}

/// Reads one act.
///
/// # Errors
/// What is not as it should be, with its column.
pub fn parse_verb(
    text: &str,
    words: &'static LabWords,
    cast: impl Into<Cast>,
) -> Result<Verb, ScriptError> {
    let cast = cast.into();
    let whole = || {
        let mut cursor = Cursor::new(text, words, cast)?;
        let verb = cursor.verb()?;
        cursor.done()?;
        Ok(verb)
    };
    whole().map_err(|trouble: cursor::Trouble| trouble.at_line(text, 1))
}
