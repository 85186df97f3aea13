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

/// `3:14: Function not found: wrods, in map of persuasion.txt, line 12`.
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

impl Fault {
    /// One that is about the whole text.
    #[cfg(feature = "run")]
    pub(crate) fn whole(message: impl Into<String>, place: Place) -> Fault {
        Fault { line: 0, column: 0, message: message.into(), place }
    }
}
