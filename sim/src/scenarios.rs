//! The scenarios, lab by lab: each a value that is at once the page, the test,
//! the documentation's picture and the link.

mod kv;
mod mapreduce;
mod raft;
mod shardctrl;
mod shardkv;
#[cfg(test)]
mod tests;
mod txn;

use crate::labs;
use crate::scenario::{Branch, Line, Scenario, Script, Switch};
use crate::script::parse_verb;
use crate::timeline::Carried;

/// The parts of all labs, in the order in which they tell their story.
pub const PARTS: &[&[&[Scenario]]] = &[
    raft::SCENARIOS,
    kv::SCENARIOS,
    shardkv::SCENARIOS,
    shardctrl::SCENARIOS,
    txn::SCENARIOS,
    mapreduce::SCENARIOS,
];

/// All scenarios of the gallery.
pub fn all() -> impl Iterator<Item = &'static Scenario> {
    PARTS.iter().copied().flatten().copied().flatten()
}

/// The first scenario; no other comes with it into a program that asks for no more.
pub fn first() -> &'static Scenario {
    raft::FIRST
}

/// What the first scenario's script says, without a reader of scripts.
pub fn first_script() -> Script {
    raft::first_script()
}

/// All scenarios, each followed by those that its switches show.
pub fn with_switches() -> impl Iterator<Item = &'static Scenario> {
    let and_shown = |scenario: &'static Scenario| {
        std::iter::once(scenario).chain(scenario.switches.iter().map(|switch| switch.shows))
    };
    all().flat_map(and_shown)
}

/// A scenario by its word: `first-election`.
pub fn by_id(id: &str) -> Option<&'static Scenario> {
    with_switches().find(|scenario| scenario.id == id)
}

/// A scenario by its frozen number in links.
pub fn by_number(number: u32) -> Option<&'static Scenario> {
    with_switches().find(|scenario| scenario.number == number)
}

/// The scenario of the gallery that a number belongs to, with the switch that
/// shows it, if it is one.
pub fn of_gallery(number: u32) -> Option<(&'static Scenario, Option<&'static Switch>)> {
    all().find_map(|scenario| {
        if scenario.number == number {
            return Some((scenario, None));
        }
        let switch = scenario.switches.iter().find(|switch| switch.shows.number == number)?;
        Some((scenario, Some(switch)))
    })
}

impl Scenario {
    /// The script.
    ///
    /// # Panics
    /// When it cannot be read, which a test of the whole list rules out.
    pub fn parse(&self) -> Script {
        match Script::parse(self.script) {
            Ok(script) => script,
            Err(error) => panic!("scenario {}: {error}", self.id),
        }
    }

    /// Its branches, as the run that carries them takes them.
    ///
    /// # Panics
    /// When one cannot be read or has no such note, which a test of the whole
    /// list rules out.
    pub fn carried(&self) -> Vec<Carried> {
        if self.branches.is_empty() {
            return Vec::new();
        }
        let script = self.parse();
        let lab = labs::lab(&script.setup.lab).expect("the script named a lab that exists");
        let carry = |branch: &Branch| {
            let begins = |(_, line): &(u32, Line)| match line {
                Line::Note { text, .. } => text.starts_with(branch.note),
                _ => false,
            };
            let line = script.lines.iter().position(begins).expect("there is such a note");
            let read = |act| parse_verb(act, lab, script.setup.cast()).expect("it is an act");
            Carried { line: line as u32, name: branch.name.to_owned(), verb: branch.act.map(read) }
        };
        self.branches.iter().map(carry).collect()
    }
}
