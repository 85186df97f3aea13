//! The labs: a literal list, and the words that each brings to the language.
//!
//! What is light of a lab is here from the start: its names and numbers. Its [code](LabCode) is
//! here, too, but for the page in a browser, which fetches that of every lab after the first when
//! it is wanted, and then [brings](bring) it.

pub mod counter;
pub mod kv;
pub mod kv_options;
pub mod mapreduce;
pub mod mapreduce_options;
pub mod raft;
pub mod raft_disk;
pub mod raft_options;
pub mod raft_rows;
pub mod service;
pub mod shardctrl;
pub mod shardctrl_options;
pub mod shardkv;
pub mod shardkv_options;
pub mod txn;
pub mod txn_options;

use netsplit_core::id::Cast;
use netsplit_core::machine::Mail;

use crate::choice::TimerCode;
use crate::course::CourseLab;
use crate::lab::{Lab, Message};
use crate::open::{self, CannotOpen, CourseOf};
use crate::property::{Checks, Property};
use crate::run::Run;
use crate::scenario::Script;
use crate::scene::Act;
use crate::trial::Tried;
use crate::words::{self, Stories};

/// An option: its name, and its value as a script writes it.
pub type Pair = (String, String);

/// What was expected, behind the place where it was.
pub type Misplaced = (usize, String);

/// The words of a lab, as the script language and links know them.
#[derive(Debug)]
pub struct LabWords {
    /// The word that names the lab everywhere.
    pub name: &'static str,
    /// Its number in links; never reused.
    pub number: u32,
    /// Who is in a cluster when nothing is said of it. A lab without clients here has none ever,
    /// nor has one without groups.
    pub cast: Cast,
    /// Names of the kinds of messages, by number.
    pub kinds: &'static [&'static str],
    /// Names of timers with their codes.
    pub timers: &'static [(&'static str, TimerCode)],
    /// First words of what is asked of a server; of the leader, when none is named.
    pub verbs: &'static [&'static str],
    /// First words of what is asked of a client; of the first, when none is named.
    pub calls: &'static [&'static str],
    /// What follows such a first word, where that can be said; for completing.
    pub slots: &'static [(&'static str, &'static [Slot])],
    /// Names of options with their numbers in links; never reused.
    pub options: &'static [(&'static str, u32)],
    /// The rest, by the lab's name, once it has come.
    code: fn(&str) -> Option<&'static LabCode>,
}

/// What of a lab is code.
#[derive(Debug)]
pub struct LabCode {
    /// The lab's word.
    pub lab: &'static str,
    /// The properties that are checked.
    pub properties: &'static [Property],
    /// What is said of its moments.
    pub stories: &'static Stories,
    /// A run at its start, with acts that are known already.
    pub open: Open,
    /// What reads its words. The first lab's is [named](LabWords::reading) only where it is
    /// wanted, so that a program that reads nothing does without it.
    reading: Option<&'static LabReading>,
}

/// The options of a run of this code, given others.
pub type WithCode = fn(&str, &[Pair]) -> Result<Vec<Pair>, String>;

/// What of a lab reads its words, and what is not wanted before somebody acts.
#[derive(Debug)]
pub struct LabReading {
    /// What was given for the options, in order, as it is printed: each option
    /// that differs from its default once, in the lab's order. An error names
    /// the place among those given.
    pub set_options: fn(&[Pair]) -> Result<Vec<Pair>, Misplaced>,
    /// Every option with the value that it has when these are given.
    pub values: fn(&[Pair]) -> Vec<Pair>,
    /// The options of a run of a reader's own code, which may be empty, given others; an error says
    /// which code is missing. `None` where the lab runs no such code.
    pub with_code: Option<WithCode>,
    /// What a disk holds at the start, as it is printed; an error names the place
    /// in bytes of the text. The second number is how many servers there are.
    pub set_disk: fn(&str, u32) -> Result<String, Misplaced>,
    /// Whether the lab understands what is asked of one of these nodes.
    pub understands: fn(&str, Cast) -> bool,
    /// The mistakes that can be switched on beside those of Raft, in the order of the
    /// catalogue; see [`LabWords::mistakes`].
    pub mistakes: fn() -> Vec<Mistake>,
    /// Whether its servers are peers of Raft.
    pub over_raft: bool,
    /// What makes runs under many seeds.
    pub(crate) tried: &'static Tried,
    /// The course's tests of it.
    pub(crate) course: &'static CourseOf,
}

/// The place of one word in what is asked.
#[derive(Clone, Copy, Debug)]
pub enum Slot {
    /// One of these.
    Word(&'static [&'static str]),
    /// A server.
    Server,
    /// Whatever somebody chooses: an example, and what it is.
    Free(&'static str, &'static str),
}

/// A mistake that can be switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Its name in the catalogue: `EL01`.
    pub id: &'static str,
    /// Who makes it: a node, a server or a clerk …
    pub who: &'static str,
    /// … and what it does then, in the third person and without a full stop.
    pub does: &'static str,
    /// What that breaks, as people say it.
    pub breaks: &'static str,
}

/// See [`open::script`].
pub type Open = fn(&Script, Vec<Act>) -> Result<Box<dyn Run>, CannotOpen>;

impl LabWords {
    /// What a lab says itself of its words, under this number in links: a cluster of three servers
    /// without clients, and no options.
    const fn of<L: Lab>(number: u32) -> LabWords {
        LabWords {
            name: L::NAME,
            number,
            cast: Cast::new(3, 0),
            kinds: <Message<L> as Mail>::KINDS,
            timers: L::TIMERS,
            verbs: L::VERBS,
            calls: &[],
            slots: &[],
            options: &[],
            code: brought::code,
        }
    }

    /// The name of an option of the world or of the lab, by its number in links.
    pub fn option_name(&self, number: u32) -> Option<&'static str> {
        let mut known = WORLD_OPTIONS.iter().chain(self.options);
        known.find(|(_, other)| *other == number).map(|(name, _)| *name)
    }

    /// The number in links of an option of the world or of the lab.
    pub fn option_number(&self, name: &str) -> Option<u32> {
        let mut known = WORLD_OPTIONS.iter().chain(self.options);
        known.find(|(other, _)| *other == name).map(|(_, number)| *number)
    }

    /// The mistakes that can be switched on: its own, and behind them those of the Raft in it, if
    /// there is one.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let reading = self.reading();
        let mut all = (reading.mistakes)();
        if reading.over_raft {
            all.extend(words::mistakes());
        }
        all
    }

    /// Whether its code is here.
    pub fn is_here(&self) -> bool {
        (self.code)(self.name).is_some()
    }

    /// Its code.
    ///
    /// # Panics
    /// Before that is here; until then no script of the lab can be read.
    pub fn code(&self) -> &'static LabCode {
        (self.code)(self.name).expect("a script of the lab was read, so its code is here")
    }

    /// What reads its words.
    ///
    /// # Panics
    /// Before its code is here.
    pub fn reading(&self) -> &'static LabReading {
        self.code().reading.unwrap_or(&raft::READING)
    }
}

impl LabCode {
    /// The code of a lab.
    const fn of<L: Lab>(
        stories: &'static Stories,
        reading: Option<&'static LabReading>,
    ) -> LabCode {
        let properties = <L::Checks as Checks<L>>::PROPERTIES;
        LabCode { lab: L::NAME, properties, stories, open: open::script_of::<L>, reading }
    }
}

impl LabReading {
    /// What reads the words of a lab that has no options, no mistakes, no tests of the course, no
    /// swarm, and servers that are no peers of Raft.
    const fn of<L: CourseLab>() -> LabReading {
        LabReading {
            set_options: |given| L::options(given).map(|_| Vec::new()),
            values: |_| Vec::new(),
            with_code: None,
            set_disk: |text, nodes| L::disk_from_text(text, nodes).map(|_| text.to_owned()),
            understands: |words, _| L::request(words).is_some(),
            mistakes: Vec::new,
            over_raft: false,
            tried: &const { Tried::without_swarm::<L>() },
            course: &CourseOf::NONE,
        }
    }
}

/// The options of a lab that has none of its own.
///
/// # Errors
/// The first that was given.
pub fn no_options(given: &[Pair]) -> Result<(), Misplaced> {
    match given.first() {
        None => Ok(()),
        Some((name, _)) => Err((0, format!("there is no option `{name}`"))),
    }
}

/// Options of every world with their numbers in links. Frozen: a number is
/// never reused; those of labs begin at 64.
pub const WORLD_OPTIONS: &[(&str, u32)] = &[
    ("nodes", 1),
    ("network", 2),
    ("delay", 3),
    ("loss", 4),
    ("duplicate", 5),
    ("reorder", 6),
    ("bandwidth", 7),
    ("unreliable", 8),
    ("long-reordering", 9),
    ("save", 10),
    ("clients", 11),
    ("groups", 12),
];

/// Something of the type of each lab, in the order of [`LABS`], made by `of`: what a program that is
/// not in the page keeps of all of them, `each_lab!(Traces)`. More types may come behind.
#[macro_export]
macro_rules! each_lab {
    ($made:ident $(, $more:ty)*) => {
        &[
            $made::of::<$crate::labs::raft::RaftLab>(),
            $made::of::<$crate::labs::kv::KvLab>(),
            $made::of::<$crate::labs::shardctrl::ShardctrlLab>(),
            $made::of::<$crate::labs::shardkv::ShardLab>(),
            $made::of::<$crate::labs::txn::TxnLab>(),
            $made::of::<$crate::labs::mapreduce::MapReduceLab>(),
            $($made::of::<$more>(),)*
        ]
    };
}

/// All labs.
pub const LABS: &[&LabWords] =
    &[&raft::WORDS, &kv::WORDS, &shardctrl::WORDS, &shardkv::WORDS, &txn::WORDS, &mapreduce::WORDS];

/// A lab by name.
pub fn lab(name: &str) -> Option<&'static LabWords> {
    LABS.iter().copied().find(|lab| lab.name == name)
}

/// A lab by its number in links.
pub fn lab_by_number(number: u32) -> Option<&'static LabWords> {
    LABS.iter().copied().find(|lab| lab.number == number)
}

/// The lab of a script, by its head alone.
pub fn lab_of_script(text: &str) -> Option<&'static LabWords> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim_start);
    let head = lines.filter(|line| !line.is_empty()).find(|line| !line.starts_with('#'))?;
    let mut words = head.split_whitespace();
    if words.next() == Some("scenario") { lab(words.next()?) } else { None }
}

/// The code of every lab after the first, for whoever [brings](bring) all.
pub const CODES: &[&LabCode] =
    &[&kv::CODE, &shardctrl::CODE, &shardkv::CODE, &txn::CODE, &mapreduce::CODE];

pub use brought::bring;

/// All code is here.
#[cfg(not(target_family = "wasm"))]
mod brought {
    use super::LabCode;

    /// That of a lab after the first.
    pub(super) fn code(lab: &str) -> Option<&'static LabCode> {
        super::CODES.iter().copied().find(|code| code.lab == lab)
    }

    /// The code of these labs has come; it was here already.
    pub fn bring(_: &[&'static LabCode]) {}
}

/// The code of a lab after the first is here once it was brought: nothing else names it, so that
/// a program can be split there.
#[cfg(target_family = "wasm")]
mod brought {
    use super::LabCode;
    use std::cell::RefCell;

    thread_local! {
        static HERE: RefCell<Vec<&'static LabCode>> = const { RefCell::new(Vec::new()) };
    }

    /// That of a lab after the first, once it has come.
    pub(super) fn code(lab: &str) -> Option<&'static LabCode> {
        HERE.with_borrow(|here| here.iter().copied().find(|code| code.lab == lab))
    }

    /// The code of these labs has come.
    pub fn bring(codes: &[&'static LabCode]) {
        HERE.with_borrow_mut(|here| here.extend(codes));
    }
}
