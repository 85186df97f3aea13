//! Links: a moment of a run, small enough to be sent.
//!
//! A link carries intent, never state: what is run, its options and seed, what
//! the person did and when, and the moment to open. It names the generation of
//! the engine's behaviour and the fingerprint at that moment.
//!
//! ```text
//! https://any.host/any/path/#s1:AAEB…Zw&t=12.345678s+3&v=ring
//!                            │  │        └ the moment, for people; edited by hand, it wins
//!                            │  └ base64url of: flags, body, checksum
//!                            └ generation of behaviour
//! ```
//!
//! The body is `LinkV1` (`link/v1.rs`), frozen and apart from the engine's own types; a
//! later body comes beside it, and every reader stays for ever. What stands
//! before `#` is never ours. Parameters that are not known are left alone.
//!
//! What comes from a link is hostile until shown otherwise: sizes are bounded
//! before anything is unpacked, and each act must print and read back as itself
//! in the script language.

mod problem;
#[cfg(test)]
mod tests;
mod text;
mod v1;

use std::fmt;
use std::str::FromStr;

use netsplit_core::id::Cast;
use netsplit_core::time::Time;

use crate::labs::{self, LabWords};
use crate::moment::{Moment, Seconds};
use crate::scenario::Script;
use crate::script::{self, ScriptError};
use crate::verb::Verb;

pub use problem::{Problem, Problems, Remark};

/// The generation of the engine's behaviour. A change that moves the
/// fingerprint of a published link raises it.
pub const GENERATION: u32 = 1;

/// What a link may hold at most.
pub mod limits {
    /// Characters from `#` on.
    pub const FRAGMENT: usize = 16 * 1024;
    /// Bytes of a body, unpacked.
    pub const BODY: usize = 64 * 1024;
    /// Acts.
    pub const ACTS: usize = 2_000;
    /// Characters of the sender's line.
    pub const NOTE: usize = 140;
    /// Bytes of the name of what is selected.
    pub const SELECTED: usize = 64;
    /// Options that differ.
    pub const OVERRIDES: usize = 100;
}

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A scenario of the list.
    Listed {
        /// Its frozen number.
        number: u32,
    },
    /// A test of the course.
    Course {
        /// The lab's frozen number.
        lab: u32,
        /// The test's.
        test: u32,
    },
    /// A script of somebody's own, as text.
    Written(String),
}

impl What {
    /// The lab that it is of, as far as it says so itself: no script is read. `None` when that
    /// is unknown.
    pub fn lab(&self) -> Option<&'static LabWords> {
        match self {
            What::Listed { number } => {
                labs::lab_of_script(crate::scenarios::by_number(*number)?.script)
            }
            What::Course { lab, .. } => labs::lab_by_number(*lab),
            What::Written(text) => labs::lab_of_script(text),
        }
    }
}

/// A link, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is run.
    pub what: What,
    /// Options that differ from the scenario's, by frozen number, as a script
    /// writes their values.
    pub overrides: Vec<(u32, String)>,
    /// The seed.
    pub seed: u64,
    /// What the person did, in order.
    pub acts: Vec<(Moment, Verb)>,
    /// The moment to open.
    pub moment: Moment,
    /// The fingerprint at that moment, where it is claimed.
    pub fingerprint: Option<u64>,
    /// The sender's line: what to look at. Plain text.
    pub note: String,
    /// The generation of behaviour that made it.
    pub generation: u32,
    /// What is selected: `n3`, `n1>n3#57`.
    pub selected: Option<String>,
}

impl Link {
    /// A link to the start of something.
    pub fn to(what: What, seed: u64) -> Link {
        Link {
            what,
            overrides: Vec::new(),
            seed,
            acts: Vec::new(),
            moment: Moment::START,
            fingerprint: None,
            note: String::new(),
            generation: GENERATION,
            selected: None,
        }
    }

    /// Takes apart a pasted text that holds a link somewhere, and says what is
    /// remarkable about it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(text: &str) -> Result<(Link, Vec<Remark>), Problems> {
        let fragment = text::fragment(text)?;
        let mut remarks = Vec::new();
        if fragment.generation != GENERATION {
            remarks.push(Remark::Generation(fragment.generation));
        }
        let body = text::body(&fragment)?;
        let mut link = v1::decode(&body, fragment.generation, &mut remarks)?;
        if let Some(text) = fragment.moment {
            match text.parse::<Moment>() {
                Ok(moment) if moment == link.moment => {}
                Ok(moment) if moment.at.micros() <= script::limits::SPAN.micros() => {
                    (link.moment, link.fingerprint) = (moment, None);
                    remarks.push(Remark::MomentEdited);
                }
                _ => remarks.push(Remark::NotAMoment(text::short(&text))),
            }
        }
        let problems = link.problems();
        if problems.is_empty() { Ok((link, remarks)) } else { Err(Problems(problems)) }
    }

    /// What a pasted text that holds a link is of, without a look at the rest.
    ///
    /// # Errors
    /// What keeps even that from being read.
    pub fn what_of(text: &str) -> Result<What, Problems> {
        let fragment = text::fragment(text)?;
        let body = text::body(&fragment)?;
        Ok(v1::decode(&body, fragment.generation, &mut Vec::new())?.what)
    }

    /// The lab whose words the acts are in; `None` when what is run is unknown.
    pub fn lab(&self) -> Option<&'static LabWords> {
        match &self.what {
            What::Written(text) => labs::lab(&Script::parse(text).ok()?.setup.lab),
            what => what.lab(),
        }
    }

    /// The options that differ, by name.
    ///
    /// # Errors
    /// The first number that names no option of this version.
    pub fn options(&self) -> Result<Vec<(String, String)>, Problem> {
        let lab = self.lab().ok_or(Problem::Unknown(self.what.clone()))?;
        let named = self.overrides.iter().map(|(number, value)| {
            let name = lab.option_name(*number).ok_or(Problem::NoOption(*number))?;
            Ok((name.to_owned(), value.clone()))
        });
        named.collect()
    }

    /// The script that is run, with the link's seed and options; `None` for a
    /// test of the course, which is code.
    ///
    /// # Errors
    /// What is wrong with the script or the options.
    pub fn script(&self) -> Result<Option<Script>, Problem> {
        let script = match &self.what {
            What::Listed { number } => {
                let scenario = crate::scenarios::by_number(*number);
                scenario.ok_or(Problem::Unknown(self.what.clone()))?.parse()
            }
            What::Written(text) => Script::parse(text).map_err(Problem::Script)?,
            What::Course { .. } => return Ok(None),
        };
        let mut changes = self.options()?;
        changes.push(("seed".to_owned(), self.seed.to_string()));
        let wrong = |error: ScriptError| Problem::Option(error.message);
        let setup = script.setup.changed(&changes).map_err(wrong)?;
        Ok(Some(Script { setup, ..script }))
    }

    /// All that keeps this from being a link that can be opened. What is right of its acts is
    /// made to fit the cluster.
    fn problems(&mut self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let Some(lab) = self.lab() else {
            return vec![match &self.what {
                What::Written(text) => match Script::parse(text) {
                    Err(error) => Problem::Script(error),
                    Ok(_) => Problem::Unknown(self.what.clone()),
                },
                _ => Problem::Unknown(self.what.clone()),
            }];
        };
        let mut cast = Cast::new(script::limits::NODES, script::limits::CLIENTS);
        match self.script() {
            Ok(Some(script)) => cast = script.setup.cast(),
            Ok(None) => problems.extend(self.options().err()),
            Err(problem) => problems.push(problem),
        }
        if self.acts.len() > limits::ACTS {
            problems.push(Problem::TooManyActs(self.acts.len()));
            return problems;
        }
        let latest = Time::from_micros(script::limits::SPAN.micros());
        for (place, (moment, verb)) in self.acts.iter_mut().enumerate() {
            let printed = lab.show(verb).to_string();
            let read = script::parse_verb(&printed, lab, cast);
            let why = match read {
                // As it was read, with every client in its place.
                Ok(read) if read == *verb && moment.at <= latest => {
                    *verb = read;
                    continue;
                }
                Ok(_) => "it is out of range".to_owned(),
                Err(error) => error.message,
            };
            problems.push(Problem::Act { place: place as u32, what: text::short(&printed), why });
        }
        if self.moment.at > latest {
            problems.push(Problem::TooLate);
        }
        problems
    }

    /// From `#` on, without what can be said in the address: the codec's part.
    fn payload(&self) -> String {
        text::payload(&v1::encode(self))
    }
}

/// From `#` on: `#s1:…&t=12.345678s+3`.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#s{}:{}&t={}", self.generation, self.payload(), Seconds(self.moment.at))?;
        match self.moment.step {
            Some(step) => write!(f, "+{step}"),
            None => Ok(()),
        }
    }
}

/// Any pasted text that holds a link; see [`Link::read`].
impl FromStr for Link {
    type Err = Problems;

    fn from_str(text: &str) -> Result<Link, Problems> {
        Link::read(text).map(|(link, _)| link)
    }
}

/// A sender's line as it may be shown: one line of plain text, without marks
/// that turn the direction of writing, at most 140 characters.
pub fn note_from_text(text: &str) -> String {
    let plain = text.chars().filter(|letter| !turns_direction(*letter));
    let plain = plain.map(|letter| if letter.is_control() { ' ' } else { letter });
    let plain: String = plain.take(limits::NOTE).collect();
    plain.trim().to_owned()
}

/// Marks that make what follows read in the other direction.
fn turns_direction(letter: char) -> bool {
    matches!(letter,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
