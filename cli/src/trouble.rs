//! How a command ends, and what can keep it from ending so.

use std::fmt;
use std::io;

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All is well.
    Well,
    /// A property is violated or a test fails.
    Red,
}

impl Ending {
    /// Well when this holds.
    pub(crate) fn well_if(holds: bool) -> Ending {
        if holds { Ending::Well } else { Ending::Red }
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Bad input or use, in one sentence with the place.
    Bad(String),
    /// The output cannot be written.
    Output(io::Error),
}

impl Trouble {
    /// Bad input or use.
    pub(crate) fn bad(sentence: impl Into<String>) -> Trouble {
        Trouble::Bad(sentence.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Bad(sentence) => f.write_str(sentence),
            Trouble::Output(error) => write!(f, "the output cannot be written: {error}"),
        }
    }
}

/// Files that are read turn their errors into sentences themselves, so that what
/// comes here by `?` is the output.
impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::Output(error)
    }
}

impl From<lexopt::Error> for Trouble {
    fn from(error: lexopt::Error) -> Trouble {
        Trouble::Bad(error.to_string())
    }
}

/// ` (did you mean …?)` with the known word nearest to the one given, or nothing
/// when none is near.
pub(crate) fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let given = given.to_lowercase();
    let near = known.into_iter().map(|word| {
        let lower = word.to_lowercase();
        (strsim::damerau_levenshtein(&given, &lower), word)
    });
    let most = 1 + given.chars().count() / 4;
    match near.min_by_key(|(far, _)| *far).filter(|(far, _)| *far <= most) {
        Some((_, word)) => format!(" (did you mean `{word}`?)"),
        None => String::new(),
    }
}
