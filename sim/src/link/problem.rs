//! What can be wrong with a link, and what is only remarkable.

use std::fmt;

use super::{GENERATION, What, limits};
use crate::script::ScriptError;

/// Something that keeps a link from being opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The text holds no link.
    NotALink,
    /// So many characters are too many.
    TooLong(usize),
    /// A character that no link has, at this place of the code.
    Letter(char, usize),
    /// Characters are missing or changed.
    Damaged,
    /// The body is of a kind that this version does not know.
    Codec(u8),
    /// The body unpacks to more than it may.
    TooLarge,
    /// The body does not say what a body says.
    Body,
    /// No such scenario or test.
    Unknown(What),
    /// The script cannot be read.
    Script(ScriptError),
    /// No option has this number.
    NoOption(u32),
    /// An option's value is wrong.
    Option(String),
    /// So many options are too many.
    TooManyOptions(usize),
    /// So many acts are too many.
    TooManyActs(usize),
    /// An act that cannot be.
    Act {
        /// Its place, from 0.
        place: u32,
        /// The act.
        what: String,
        /// Why.
        why: String,
    },
    /// The moment is past the end of every run.
    TooLate,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WHOLE: &str = "copy the whole link again";
        match self {
            Problem::NotALink => f.write_str("this is no link: one has #s1: and a code after it"),
            Problem::TooLong(length) => {
                write!(f, "the link has {length} characters; {} are the most", limits::FRAGMENT)
            }
            Problem::Letter(letter, place) => write!(
                f,
                "`{}` cannot stand in a link (character {place} of its code); {WHOLE}",
                letter.escape_debug()
            ),
            Problem::Damaged => {
                write!(f, "characters of the link are missing or changed; {WHOLE}")
            }
            Problem::Codec(number) => write!(
                f,
                "the link is of a kind ({number}) that this version does not know; \
                 reload the page for a newer one"
            ),
            Problem::TooLarge => {
                write!(f, "the link unpacks to more than {} bytes", limits::BODY)
            }
            Problem::Body => write!(f, "the link's content cannot be read; {WHOLE}"),
            Problem::Unknown(What::Listed { number }) => {
                write!(f, "there is no scenario {number} in this version; reload the page")
            }
            Problem::Unknown(What::Course { lab, test }) => {
                write!(f, "there is no test {test} of lab {lab} in this version; reload the page")
            }
            Problem::Unknown(What::Written(_)) => f.write_str("the script names no lab"),
            Problem::Script(error) => write!(f, "the script in the link: {error}"),
            Problem::NoOption(number) => {
                write!(f, "there is no option {number} in this version; reload the page")
            }
            Problem::Option(why) => write!(f, "an option of the link: {why}"),
            Problem::TooManyOptions(count) => {
                write!(f, "the link sets {count} options; {} are the most", limits::OVERRIDES)
            }
            Problem::TooManyActs(count) => {
                write!(f, "the link has {count} acts; {} are the most", limits::ACTS)
            }
            Problem::Act { place, what, why } => {
                write!(f, "act {} of the link, `{what}`: {why}", place + 1)
            }
            Problem::TooLate => f.write_str("the moment is later than an hour"),
        }
    }
}

/// All that is wrong with a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if place == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Problems {
        Problems(vec![problem])
    }
}

/// Something to say about a link that opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// It was made by this generation of behaviour, not by the present one.
    Generation(u32),
    /// Its moment was edited by hand, so no fingerprint is claimed.
    MomentEdited,
    /// What stands for its moment is none; its own is used.
    NotAMoment(String),
    /// The sender's line held more than it may.
    NoteCut,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remark::Generation(generation) if *generation < GENERATION => {
                f.write_str("this link was made with an older version; the run may differ")
            }
            Remark::Generation(_) => f.write_str(
                "this link was made with a newer version; reload the page, or the run may differ",
            ),
            Remark::MomentEdited => {
                f.write_str("the moment was changed by hand; no fingerprint is claimed")
            }
            Remark::NotAMoment(text) => {
                write!(f, "`{text}` is no moment; the link's own is used")
            }
            Remark::NoteCut => f.write_str("the sender's line was shortened to plain text"),
        }
    }
}
