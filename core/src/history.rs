//! What clients asked of a service and what they were told: the input of every
//! checker.
//!
//! An [`Op`] lies between two events, its invocation and its return (Herlihy
//! and Wing, *Linearizability: a correctness condition for concurrent objects*,
//! 1990). Events are ranked in the order in which they happened; the rank
//! decides what came before what, the time beside it is for people. A
//! [`History`] grows by [`invoke`](History::invoke) and
//! [`returned`](History::returned), and its copies share what they have in
//! common.

use std::fmt;

use crate::id::NodeId;
use crate::pieces::Pieces;
use crate::time::Time;

/// Who asks one thing after another: a person at one client.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session(pub u32);

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session {}", self.0)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{}", self.0)
    }
}

/// The name of an operation: its place in the order of invocations, from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(u32);

impl OpId {
    /// The operation invoked as number `index`, counted from 0.
    pub const fn from_index(index: u32) -> OpId {
        OpId(index)
    }

    /// Its place in the order of invocations, counted from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The number people call it by, counted from 1.
    pub const fn number(self) -> u32 {
        self.0 + 1
    }
}

impl fmt::Debug for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.number())
    }
}

/// When an event of a history happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct When {
    /// Its virtual time; several events may share one.
    pub at: Time,
    /// Its place in the order of the history's events, counted from 0: this
    /// decides.
    pub rank: u64,
}

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome<R> {
    /// It happened, and this was the reply.
    Ok(R),
    /// It surely did not happen.
    Failed,
    /// Nobody knows: it may have happened, may yet at any time, or never.
    Unknown,
}

/// One operation of a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Op<C, R> {
    /// Who asked.
    pub session: Session,
    /// The client's node.
    pub node: NodeId,
    /// When it was asked.
    pub invoked: When,
    /// When the session stopped waiting, if it has: with a reply, or without.
    pub returned: Option<When>,
    /// What became of it; unknown until it returns.
    pub outcome: Outcome<R>,
    /// What was asked.
    pub call: C,
}

impl<C, R> Op<C, R> {
    /// The reply, where there is one.
    pub fn reply(&self) -> Option<&R> {
        match &self.outcome {
            Outcome::Ok(reply) => Some(reply),
            Outcome::Failed | Outcome::Unknown => None,
        }
    }

    /// The rank from which it has surely taken effect: that of its return, when
    /// it returned with a reply.
    pub fn done(&self) -> Option<u64> {
        self.reply().and(self.returned).map(|returned| returned.rank)
    }

    /// True when this one had surely taken effect before `later` was asked.
    pub fn is_before(&self, later: &Op<C, R>) -> bool {
        self.done().is_some_and(|done| done < later.invoked.rank)
    }
}

/// An event of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// The operation was asked for.
    Invoked(OpId),
    /// The session stopped waiting for it.
    Returned(OpId),
}

/// Operations of any number of clients, in the order in which their events
/// happened. `C` is what can be asked, `R` what can be answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct History<C: Clone, R: Clone> {
    ops: Pieces<Op<C, R>>,
    /// By rank.
    events: Pieces<Event>,
}

impl<C: Clone, R: Clone> Default for History<C, R> {
    fn default() -> History<C, R> {
        History { ops: Pieces::new(), events: Pieces::new() }
    }
}

impl<C: Clone, R: Clone> History<C, R> {
    /// Nothing has been asked.
    pub fn new() -> History<C, R> {
        History::default()
    }

    /// Adds an operation that is asked for now, after every event so far.
    ///
    /// # Panics
    /// When there are 2³² operations already.
    pub fn invoke(&mut self, session: Session, node: NodeId, at: Time, call: C) -> OpId {
        let index = u32::try_from(self.ops.len());
        let id = OpId(index.expect("no run has room for so many operations"));
        let invoked = self.when(at);
        let outcome = Outcome::Unknown;
        self.ops.push(Op { session, node, invoked, returned: None, outcome, call });
        self.events.push(Event::Invoked(id));
        id
    }

    /// Says what became of an operation, after every event so far. False, and
    /// nothing changes, when there is no such operation or it has returned
    /// before: the first word counts.
    pub fn returned(&mut self, id: OpId, at: Time, outcome: Outcome<R>) -> bool {
        let when = self.when(at);
        match self.ops.get_mut(id.index()) {
            Some(op) if op.returned.is_none() => {
                op.returned = Some(when);
                op.outcome = outcome;
                self.events.push(Event::Returned(id));
                true
            }
            _ => false,
        }
    }

    fn when(&self, at: Time) -> When {
        When { at, rank: self.events.len() as u64 }
    }

    /// The operation of this name.
    pub fn get(&self, id: OpId) -> Option<&Op<C, R>> {
        self.ops.get(id.index())
    }

    /// How many operations there are.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// True when nothing has been asked.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// All operations in the order of their invocations.
    pub fn iter(&self) -> impl Iterator<Item = (OpId, &Op<C, R>)> {
        (0..).map(OpId).zip(self.ops.iter())
    }

    /// How many events there are; the rank of the next one.
    pub fn events(&self) -> u64 {
        self.events.len() as u64
    }

    /// The events from a rank on, in order.
    pub fn events_from(&self, rank: u64) -> impl Iterator<Item = Event> {
        self.events.iter_from(usize::try_from(rank).unwrap_or(usize::MAX)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: NodeId = NodeId::from_index(0);

    #[test]
    fn events_are_ranked_as_they_happen() {
        let mut history: History<&str, u8> = History::new();
        let one = history.invoke(Session(1), CLIENT, Time::ZERO, "one");
        let two = history.invoke(Session(2), CLIENT, Time::ZERO, "two");
        assert!(history.returned(two, Time::from_micros(5), Outcome::Ok(2)));
        let three = history.invoke(Session(2), CLIENT, Time::from_micros(5), "three");
        let op = |id| history.get(id).expect("it was asked for");
        assert!(op(two).is_before(op(three)) && !op(one).is_before(op(three)));
        assert_eq!(op(two).returned, Some(When { at: Time::from_micros(5), rank: 2 }));
        let events: Vec<Event> = history.events_from(1).collect();
        assert_eq!(events, [Event::Invoked(two), Event::Returned(two), Event::Invoked(three)]);
        assert_eq!(history.events_from(u64::MAX).count(), 0);
    }

    #[test]
    fn the_first_word_counts() {
        let mut history: History<(), u8> = History::new();
        let id = history.invoke(Session(1), CLIENT, Time::ZERO, ());
        assert!(!history.returned(OpId::from_index(7), Time::ZERO, Outcome::Failed));
        assert!(history.returned(id, Time::ZERO, Outcome::Unknown));
        let before = history.clone();
        assert!(!history.returned(id, Time::ZERO, Outcome::Ok(1)));
        assert_eq!(before, history);
        let op = history.get(id).expect("it was asked for");
        assert_eq!((op.done(), op.reply()), (None, None));
    }
}
