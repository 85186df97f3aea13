//! Kinds of faults that took effect, and of states that were reached, counted. A
//! sweep in which a kind never happened has not tested what it says it tests.
//!
//! What goes wrong is the same for all labs and stands here; what a lab reaches by
//! it is the lab's own.

use std::collections::BTreeMap;

/// A kind of fault, or an interesting state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind(&'static str);

impl Kind {
    pub(super) const fn named(name: &'static str) -> Kind {
        Kind(name)
    }

    /// What it is, in a few words.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// Kinds that a lab counts, in groups and in the order in which they are told.
pub type Kinds = &'static [&'static [Kind]];

/// Makes groups of kinds: for each kind a constant, and for each group their list.
macro_rules! kinds {
    ($($(#[$about:meta])* $group:ident { $($kind:ident $name:literal,)* })*) => {$(
        $(#[doc = $name] pub const $kind: Kind = Kind::named($name);)*

        $(#[$about])*
        pub const $group: &[Kind] = &[$($kind,)*];
    )*};
}

pub(super) use kinds;

kinds! {
    /// The network.
    NETWORK {
        LOST "message lost on its way",
        LOST_TO_CUT "message lost to a cut",
        LOST_TO_CRASH "message lost at a crashed node",
        TWICE "copy of a message handled",
        OVERTAKEN "message overtaken by a later one",
        VERY_LATE "message handled an election time-out late",
        FROM_THE_DEAD "message handled that its sender did not live to see",
        TO_THE_NEXT "message handled by a later incarnation",
        CUT_ONE_WAY "link cut in one direction",
        ISOLATED "node isolated",
        PARTITIONED "cluster partitioned",
        MENDED "link mended",
        HELD "message held by hand",
        RELEASED "held message released",
        DELIVERED_EARLY "message delivered early by hand",
        RULED "standing rule laid down",
        TUNED "network dial turned",
    }
    /// Nodes.
    NODES {
        CRASH_CLEAN "crash with nothing pending",
        CRASH_LOST "crash that lost a save",
        CRASH_KEPT "crash that kept some of the pending saves",
        CRASH_TORN "crash that tore an append",
        CRASH_LEADER "crash of a leader",
        CRASH_MOST "majority down at once",
        RESTARTED "restart",
        PAUSED "pause",
        HANDED_OVER "input handed over after a pause",
        FIRED_EARLY "timer fired early by hand",
        PUT_OFF "timer put off",
    }
    /// Disks and clocks.
    DISKS {
        SLOW_DISK "disk made slower or faster",
        STALLED "disk stalled",
        UNSTALLED "stalled disk going on",
        CLOCK_FAST "clock fast, within the bound",
        CLOCK_SLOW "clock slow, within the bound",
        CLOCK_SET "clock set forward or back",
    }
    /// Nodes that are out for good.
    OUT {
        WIPED "disk wiped, node out for good",
        LIED "disk that lies, node out for good after its crash",
        LIE_LOST "crash that lost a save said to be durable",
        CLOCK_WILD "clock beyond the bound",
    }
    /// The liveness phase.
    CORE {
        CORE_DOWN "rest down while the core went on",
        CORE_CUT "rest cut off both ways while the core went on",
        CORE_HALF_CUT "rest cut off one way while the core went on",
    }
}

/// How often each kind happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<Kind, u64>);

impl Counts {
    /// How often a kind happened.
    pub fn of(&self, kind: Kind) -> u64 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// Adds another run's.
    pub fn add(&mut self, other: &Counts) {
        other.0.iter().for_each(|(kind, count)| *self.0.entry(*kind).or_default() += count);
    }

    /// Those of these kinds that happened, in their order, each with how often.
    pub fn seen(&self, kinds: Kinds) -> impl Iterator<Item = (Kind, u64)> {
        let all = kinds.iter().copied().flatten().map(|kind| (*kind, self.of(*kind)));
        all.filter(|(_, count)| *count > 0)
    }

    /// Those that never happened.
    pub fn never(&self, kinds: Kinds) -> Vec<Kind> {
        let all = kinds.iter().copied().flatten().copied();
        all.filter(|kind| self.of(*kind) == 0).collect()
    }

    pub(super) fn note(&mut self, kind: Kind) {
        *self.0.entry(kind).or_default() += 1;
    }
}
