//! The anomalies that are known, the levels of isolation, and which breaks which.
//!
//! Names and meaning are those of Adya's thesis ("Weak Consistency: A Generalized
//! Theory and Optimistic Implementations for Distributed Transactions", 1999):
//! G0, G1 and G2 with PL-1, PL-2 and PL-3 in chapter 3, G-single with PL-2+ and
//! PL-SI in chapter 4. What is beside data, and what contradicts the lists
//! themselves, is Elle's (Kingsbury and Alvaro 2020). No read in here is by a
//! predicate, so Adya's G2 is always his G2-item.

use std::fmt;

/// What a cycle is made of, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// G0, write cycle (Adya, PL-1): only that one overwrote the other.
    Overwriting,
    /// G1c, circular information flow (Adya, PL-2): overwriting and reading, at
    /// least one read.
    Circular,
    /// G-single (Adya, PL-2+): exactly one transaction missed what another
    /// wrote.
    Single,
    /// G-nonadjacent: several missed something, but no two in a row. Snapshot
    /// isolation has none of these either (Cerone and Gotsman, "Analysing Snapshot
    /// Isolation", 2018: what its dependency graphs look like).
    Nonadjacent,
    /// G2-item (Adya, PL-2.99 and PL-3): two in a row missed what the next one wrote, as in
    /// write skew.
    Adjacent,
}

impl Shape {
    /// All of them.
    pub const ALL: [Shape; 5] =
        [Shape::Overwriting, Shape::Circular, Shape::Single, Shape::Nonadjacent, Shape::Adjacent];
}

/// What puts transactions in an order besides what they read and wrote (Elle, on
/// additional dependencies).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Beside {
    /// Nothing: data alone shows the anomaly.
    Nothing,
    /// The order of one session: `-process`.
    Process,
    /// The real time in which one returned before the other was asked: `-realtime`.
    RealTime,
}

impl Beside {
    /// All of them.
    pub const ALL: [Beside; 3] = [Beside::Nothing, Beside::Process, Beside::RealTime];
}

/// What is wrong with a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A read saw one value twice.
    Duplicate,
    /// A read saw what nobody appended.
    Garbage,
    /// Two reads of one key saw lists of which neither is the beginning of the
    /// other.
    IncompatibleOrder,
    /// A committed version was built on one of an aborted transaction.
    DirtyUpdate,
    /// G1a, aborted read (Adya, PL-2).
    AbortedRead,
    /// G1b, intermediate read (Adya, PL-2): of what its writer added to.
    IntermediateRead,
    /// A transaction read what it appended only afterwards.
    FutureRead,
    /// A transaction contradicts itself: what it reads is not what it read and
    /// appended before.
    Internal,
    /// Two transactions read one version of a key and both appended to it: the
    /// case of G-single that has a name of its own.
    LostUpdate,
    /// A cycle of dependencies.
    Cycle(Shape, Beside),
}

impl Kind {
    /// All of them, those without a cycle first.
    pub fn all() -> impl Iterator<Item = Kind> {
        let direct = [
            Kind::Duplicate,
            Kind::Garbage,
            Kind::IncompatibleOrder,
            Kind::DirtyUpdate,
            Kind::AbortedRead,
            Kind::IntermediateRead,
            Kind::FutureRead,
            Kind::Internal,
            Kind::LostUpdate,
        ];
        let cycles = Beside::ALL
            .into_iter()
            .flat_map(|beside| Shape::ALL.into_iter().map(move |shape| Kind::Cycle(shape, beside)));
        direct.into_iter().chain(cycles)
    }

    /// The name in papers and reports: `G1c-realtime`.
    pub fn name(self) -> &'static str {
        use Beside::{Nothing, Process, RealTime};
        match self {
            Kind::Duplicate => "duplicate-elements",
            Kind::Garbage => "garbage-read",
            Kind::IncompatibleOrder => "incompatible-order",
            Kind::DirtyUpdate => "dirty-update",
            Kind::AbortedRead => "G1a",
            Kind::IntermediateRead => "G1b",
            Kind::FutureRead => "future-read",
            Kind::Internal => "internal",
            Kind::LostUpdate => "lost-update",
            Kind::Cycle(Shape::Overwriting, Nothing) => "G0",
            Kind::Cycle(Shape::Overwriting, Process) => "G0-process",
            Kind::Cycle(Shape::Overwriting, RealTime) => "G0-realtime",
            Kind::Cycle(Shape::Circular, Nothing) => "G1c",
            Kind::Cycle(Shape::Circular, Process) => "G1c-process",
            Kind::Cycle(Shape::Circular, RealTime) => "G1c-realtime",
            Kind::Cycle(Shape::Single, Nothing) => "G-single",
            Kind::Cycle(Shape::Single, Process) => "G-single-process",
            Kind::Cycle(Shape::Single, RealTime) => "G-single-realtime",
            Kind::Cycle(Shape::Nonadjacent, Nothing) => "G-nonadjacent",
            Kind::Cycle(Shape::Nonadjacent, Process) => "G-nonadjacent-process",
            Kind::Cycle(Shape::Nonadjacent, RealTime) => "G-nonadjacent-realtime",
            Kind::Cycle(Shape::Adjacent, Nothing) => "G2-item",
            Kind::Cycle(Shape::Adjacent, Process) => "G2-item-process",
            Kind::Cycle(Shape::Adjacent, RealTime) => "G2-item-realtime",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::all().find(|kind| kind.name() == name)
    }

    /// The weakest level that has no such anomaly. The table of this module: all
    /// stronger levels have none either.
    pub fn breaks(self) -> Level {
        match self {
            // Adya's PL-1 knows no way in which these could come about.
            Kind::Duplicate | Kind::Garbage => Level::ReadUncommitted,
            Kind::Cycle(Shape::Overwriting, Beside::Nothing) => Level::ReadUncommitted,
            // Adya's G1, and what shows that there was some of it.
            Kind::IncompatibleOrder | Kind::DirtyUpdate => Level::ReadCommitted,
            Kind::AbortedRead | Kind::IntermediateRead => Level::ReadCommitted,
            Kind::FutureRead => Level::ReadCommitted,
            Kind::Cycle(Shape::Circular, Beside::Nothing) => Level::ReadCommitted,
            // Cerone and Gotsman: the axiom INT, and cycles without two
            // anti-dependencies in a row.
            Kind::Internal | Kind::LostUpdate => Level::SnapshotIsolation,
            Kind::Cycle(Shape::Single | Shape::Nonadjacent, Beside::Nothing) => {
                Level::SnapshotIsolation
            }
            // Adya's PL-3: no cycle at all.
            Kind::Cycle(Shape::Adjacent, Beside::Nothing) => Level::Serializable,
            Kind::Cycle(_, Beside::Process) => Level::SessionSerializable,
            Kind::Cycle(_, Beside::RealTime) => Level::StrictSerializable,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A level of isolation. Each one allows less than those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// PL-1: no G0.
    ReadUncommitted,
    /// PL-2: no G1 either.
    ReadCommitted,
    /// PL-SI, whose snapshots may be of any time (Cerone and Gotsman).
    SnapshotIsolation,
    /// PL-3: some serial order.
    Serializable,
    /// Some serial order that keeps that of each session: strong session
    /// serializability (Daudjee and Salem 2004).
    SessionSerializable,
    /// Some serial order that keeps that of real time (Papadimitriou 1979).
    StrictSerializable,
}

impl Level {
    /// All of them, the weakest first.
    pub const ALL: [Level; 6] = [
        Level::ReadUncommitted,
        Level::ReadCommitted,
        Level::SnapshotIsolation,
        Level::Serializable,
        Level::SessionSerializable,
        Level::StrictSerializable,
    ];

    /// The name on the command line, which is that of Elle.
    pub fn name(self) -> &'static str {
        match self {
            Level::ReadUncommitted => "read-uncommitted",
            Level::ReadCommitted => "read-committed",
            Level::SnapshotIsolation => "snapshot-isolation",
            Level::Serializable => "serializable",
            Level::SessionSerializable => "strong-session-serializable",
            Level::StrictSerializable => "strict-serializable",
        }
    }

    /// The level of this name.
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }

    /// True when a history with such an anomaly does not have this level.
    pub fn broken_by(self, kind: Kind) -> bool {
        kind.breaks() <= self
    }

    /// The level right below.
    pub fn weaker(self) -> Option<Level> {
        Level::ALL.into_iter().rev().find(|level| *level < self)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
