//! The labs: a literal list, and the words that each brings to the language.

pub mod raft;
pub mod raft_disk;
pub mod raft_options;

use netsplit_core::machine::Mail;
use netsplit_core::raft::message::Message;

use crate::choice::TimerCode;

/// The words of a lab, as the script language and links know them.
#[derive(Debug)]
pub struct LabWords {
    /// The word that names the lab everywhere.
    pub name: &'static str,
    /// Its number in links; never reused.
    pub number: u32,
    /// Names of the kinds of messages, by number.
    pub kinds: &'static [&'static str],
    /// Names of timers with their codes.
    pub timers: &'static [(&'static str, TimerCode)],
    /// First words of what is asked of a node.
    pub verbs: &'static [&'static str],
    /// Names of options with their numbers in links; never reused.
    pub options: &'static [(&'static str, u32)],
    /// What was given for the options, in order, as it is printed: each option
    /// that differs from its default once, in the lab's order. An error names
    /// the place among those given.
    pub set_options: fn(&[(String, String)]) -> Result<Vec<(String, String)>, (usize, String)>,
    /// What a disk holds at the start, as it is printed; an error names the place
    /// in bytes of the text. The second number is how many nodes there are.
    pub set_disk: fn(&str, u32) -> Result<String, (usize, String)>,
    /// Whether the lab understands what is asked of a node.
    pub understands: fn(&str) -> bool,
}

/// All labs.
pub const LABS: &[&LabWords] = &[&RAFT];

/// A lab by name.
pub fn lab(name: &str) -> Option<&'static LabWords> {
    LABS.iter().copied().find(|lab| lab.name == name)
}

/// A lab by its number in links.
pub fn lab_by_number(number: u32) -> Option<&'static LabWords> {
    LABS.iter().copied().find(|lab| lab.number == number)
}

/// Raft.
static RAFT: LabWords = LabWords {
    name: "raft",
    number: 1,
    kinds: Message::KINDS,
    timers: RAFT_TIMERS,
    verbs: RAFT_VERBS,
    options: raft_options::NUMBERS,
    set_options: raft_options::canonical,
    set_disk: raft_disk::canonical,
    understands: |words| words.split_once(' ').is_some_and(|(_, what)| !what.is_empty()),
};

/// Raft's timers by name.
pub const RAFT_TIMERS: &[(&str, TimerCode)] = &[("election", 0), ("heartbeat", 1)];

/// What can be asked of a Raft peer.
pub const RAFT_VERBS: &[&str] = &["propose", "snapshot"];
