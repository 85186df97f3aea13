//! What is wrong with a script: where in its text, in which call, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A script cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The line in the script's text, from 1; 0 where it is about the whole.
    pub line: u32,
    /// The column in that line, from 1; 0 where it is about the whole.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// In which call.
    pub place: Place,
}

/// When a fault came up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// As the text was read.
    Compile,
    /// In `map`.
    Map {
        /// Of this split, …
        split: String,
        /// … and on this line of it, from 1, where one of them alone brings it out.
        line: Option<u64>,
    },
    /// In `reduce`.
    Reduce {
        /// Of this key.
        key: String,
    },
    /// In `combine`.
    Combine {
        /// Of this key.
        key: String,
    },
    /// In `partition`.
    Partition {
        /// Of this key.
        key: String,
    },
}

/// `map of persuasion.txt, line 12`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Compile => write!(f, "the script"),
            Place::Map { split, line: None } => write!(f, "map of {split}"),
            Place::Map { split, line: Some(line) } => write!(f, "map of {split}, line {line}"),
            Place::Reduce { key } => write!(f, "reduce of {key}"),
            Place::Combine { key } => write!(f, "combine of {key}"),
            Place::Partition { key } => write!(f, "partition of {key}"),
        }
    }
}

/// ``3:14: there is no function `wrods` that takes text, in map of persuasion.txt, line 12``.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:{}: ", self.line, self.column)?;
        }
        f.write_str(&self.message)?;
        match &self.place {
            Place::Compile => Ok(()),
            place => write!(f, ", in {place}"),
        }
    }
}

impl std::error::Error for Fault {}

/// Letters of a key, or of what a script throws, that a sentence has.
const LETTERS: usize = 160;

/// The beginning of a text that may be long.
fn beginning(text: &str) -> String {
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The same with the marks of a sentence around names.
fn quoted(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(number, part)| match number {
            0 => part.to_owned(),
            number if number % 2 == 1 => format!("“{part}"),
            _ => format!("”{part}"),
        })
        .collect()
}

impl Place {
    /// `, in map at line 12 of persuasion.txt`: what stands between where in the code and what.
    fn told(&self) -> String {
        let of_key = |function: &str, key: &str| format!(", in {function} of “{}”", beginning(key));
        match self {
            Place::Compile => String::new(),
            Place::Map { split, line: None } => format!(", in map of {split}"),
            Place::Map { split, line: Some(line) } => format!(", in map at line {line} of {split}"),
            Place::Reduce { key } => of_key("reduce", key),
            Place::Combine { key } => of_key("combine", key),
            Place::Partition { key } => of_key("partition", key),
        }
    }
}

impl Fault {
    /// The same as a sentence, for who has written the script: `Line 3, column 14 of the code, in map
    /// at line 12 of persuasion.txt: there is no function wrods that takes text.`
    pub fn sentence(&self) -> String {
        let (line, column, place) = (self.line, self.column, self.place.told());
        let code = match line {
            0 => "The code".to_owned(),
            _ => format!("Line {line}, column {column} of the code"),
        };
        let message = quoted(&beginning(&self.message));
        let stop = if message.ends_with(['.', '?', '!', '…']) { "" } else { "." };
        format!("{code}{place}: {message}{stop}")
    }

    /// One that is about the whole text.
    #[cfg(feature = "run")]
    pub(crate) fn whole(message: impl Into<String>, place: Place) -> Fault {
        Fault { line: 0, column: 0, message: message.into(), place }
    }
}
