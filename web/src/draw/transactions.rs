//! Transactions as lanes: the pieces of each by what it is about, and what happens at a moment of it.
//! Where a piece is on the screen is where the lanes of [clients](super::clients) have its time.

use netsplit_core::time::Time;
use netsplit_sim::run::{Attempt, End, Mark, OpOutcome, OpShown};

use super::bars::FAR;
use super::clients::HEAD;
use super::point::Size;

/// What a transaction is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It reads, and takes locks.
    #[default]
    Reads,
    /// It waits for others.
    Waits,
    /// It asks its shards to promise.
    Prepares,
    /// All have promised, and nothing is decided yet.
    Decides,
    /// It is decided, and not carried out everywhere yet; or given up, and locks are to go.
    Releases,
    /// Nobody is there who would go on with it.
    InDoubt,
}

impl Phase {
    /// All of them, in the order of the legend.
    pub const ALL: [Phase; 6] = [
        Phase::Reads,
        Phase::Waits,
        Phase::Prepares,
        Phase::Decides,
        Phase::Releases,
        Phase::InDoubt,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Phase::Reads => "read",
            Phase::Waits => "wait",
            Phase::Prepares => "prepare",
            Phase::Decides => "decide",
            Phase::Releases => "release",
            Phase::InDoubt => "in doubt",
        }
    }

    /// The hue that its panel gives it; 0 is grey.
    pub const fn hue(self) -> u64 {
        match self {
            Phase::Reads => 1,
            Phase::Prepares => 2,
            Phase::Decides => 3,
            Phase::Waits | Phase::Releases | Phase::InDoubt => 0,
        }
    }

    /// How much of the height of its lane it takes: it grows up to the decision, so that it is told
    /// apart without its hue.
    pub const fn height(self) -> f64 {
        match self {
            Phase::Reads => 0.5,
            Phase::Prepares | Phase::Waits => 0.75,
            Phase::Decides | Phase::InDoubt => 1.0,
            Phase::Releases => 0.3,
        }
    }
}

/// A stretch in which it is about one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What.
    pub phase: Phase,
    /// Its beginning.
    pub from: Time,
    /// Its end; [`FAR`] as long as it has none.
    pub to: Time,
}

/// Something that happens at a moment of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It has a lock.
    Lock,
    /// It is decided: committed, or aborted.
    Decision(bool),
    /// Its client knows how it ended.
    Told(bool),
    /// An older one has taken its locks, or a shard has refused it.
    Refused,
    /// Its client has crashed.
    Gone,
}

/// A transaction as a lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// Its stretches, of all attempts, in order.
    pub pieces: Vec<Piece>,
    /// What happens in them, in order.
    pub signs: Vec<(Time, Sign)>,
}

impl Lane {
    /// That of a transaction.
    pub fn of(op: &OpShown) -> Lane {
        let mut lane = Lane::default();
        let attempts = op.transaction.iter().flat_map(|shown| &shown.attempts);
        let next = attempts.clone().skip(1).map(|attempt| attempt.began).chain([FAR]);
        for (attempt, end) in attempts.zip(next) {
            lane.take(attempt, end);
        }
        lane
    }

    /// Its last end; [`FAR`] as long as it has none.
    pub fn end(&self) -> Time {
        self.pieces.last().map_or(FAR, |piece| piece.to)
    }

    /// What it is about at a time.
    pub fn phase(&self, now: Time) -> Option<Phase> {
        self.pieces.iter().find(|it| it.from <= now && now < it.to).map(|it| it.phase)
    }

    fn take(&mut self, attempt: &Attempt, end: Time) {
        let mut stage = Stage::default();
        let mut from = attempt.began;
        for it in &attempt.marks {
            if let Some(sign) = sign_of(&it.mark) {
                self.signs.push((it.at, sign));
            }
            let before = stage.phase;
            stage.pass(&it.mark);
            let over = stage.is_left && attempt.held(it.at).is_empty();
            if over || stage.phase != before {
                self.put(before, from, it.at.min(end));
                from = it.at;
            }
            if over {
                return;
            }
        }
        self.put(stage.phase, from, end);
    }

    /// What takes no time is not drawn.
    fn put(&mut self, phase: Phase, from: Time, to: Time) {
        if from < to {
            self.pieces.push(Piece { phase, from, to });
        }
    }
}

/// How far an attempt is.
#[derive(Default)]
struct Stage {
    phase: Phase,
    /// What it was about before it waited.
    before: Phase,
    /// Shards that it has asked to promise, and those that have.
    asked: u32,
    promised: u32,
    /// Its client is done with it, or gone: it is over once no shard has anything of it.
    is_left: bool,
}

impl Stage {
    fn pass(&mut self, mark: &Mark) {
        match mark {
            Mark::Waits { .. } => {
                if self.phase != Phase::Waits {
                    self.before = self.phase;
                }
                self.phase = Phase::Waits;
            }
            Mark::Prepares { shards } => (self.asked, self.phase) = (*shards, Phase::Prepares),
            Mark::Prepared { .. } | Mark::Released { end: End::OnlyRead, .. } => {
                self.promised += 1;
                if self.promised == self.asked {
                    self.phase = Phase::Decides;
                } else if self.phase == Phase::Waits {
                    self.phase = self.before;
                }
            }
            Mark::Decided { .. } => self.phase = Phase::Releases,
            Mark::GivenUp { .. } | Mark::Ended { .. } => {
                (self.phase, self.is_left) = (Phase::Releases, true);
            }
            Mark::Gone => {
                let decided = self.phase == Phase::Releases;
                self.phase = if decided { Phase::Releases } else { Phase::InDoubt };
                self.is_left = true;
            }
            Mark::InDoubt if self.phase != Phase::Releases => self.phase = Phase::InDoubt,
            Mark::Locked { .. }
            | Mark::Read { .. }
            | Mark::Wounded { .. }
            | Mark::Refused { .. } => {
                if self.phase == Phase::Waits {
                    self.phase = self.before;
                }
            }
            Mark::DecidesAlone { .. } | Mark::InDoubt | Mark::Released { .. } => {}
        }
    }
}

fn sign_of(mark: &Mark) -> Option<Sign> {
    match mark {
        Mark::Locked { .. } => Some(Sign::Lock),
        Mark::Decided { commit, .. } | Mark::DecidesAlone { commit } => {
            Some(Sign::Decision(commit.is_some()))
        }
        Mark::Ended { commit } => Some(Sign::Told(commit.is_some())),
        Mark::Wounded { .. } => Some(Sign::Refused),
        Mark::Gone => Some(Sign::Gone),
        _ => None,
    }
}

// ── Which are shown ────────────────────────────────────────────────────────

/// The least height of a row.
const ROW: f64 = 18.0;

/// How many lanes a size has room for.
pub fn room(size: Size) -> usize {
    ((size.height - HEAD - 2.0) / ROW).max(1.0) as usize
}

/// Transactions before the last so many are shown only while their clients wait, or are gone.
const RECENT: usize = 64;

/// Nothing of it is over at a time: its client is at it, or a shard has something of it.
pub fn is_open(op: &OpShown, now: Time) -> bool {
    let waits = op.returned.is_none_or(|returned| returned > now);
    let holds = || {
        let attempts = op.transaction.iter().flat_map(|shown| &shown.attempts);
        attempts.into_iter().any(|attempt| !attempt.held(now).is_empty())
    };
    op.called <= now && (waits || holds())
}

/// The lanes that there is room for, in order of their calls: what is under way at a time, then what
/// was called last, then what is called next. `all` are all transactions, in that order.
pub fn shown(all: &[OpShown], now: Time, until: Time, most: usize) -> Vec<&OpShown> {
    let called = all.partition_point(|op| op.called <= now);
    let recent = called.saturating_sub(RECENT);
    let is_odd = |op: &&OpShown| !matches!(op.outcome, OpOutcome::Ok | OpOutcome::Failed);
    let waits = |op: &&OpShown| is_odd(op) || op.returned.is_none_or(|returned| returned > now);
    let old = all[..recent].iter().filter(waits);
    let open = old.chain(&all[recent..called]).filter(|op| is_open(op, now));
    let mut chosen: Vec<&OpShown> = open.take(most).collect();
    let last = all[recent..called].iter().rev().filter(|op| !is_open(op, now));
    let next = all[called..].iter().take_while(|op| op.called < until);
    let room = most - chosen.len();
    chosen.extend(last.chain(next).take(room));
    chosen.sort_by_key(|op| op.id);
    chosen
}

#[cfg(test)]
mod tests;
