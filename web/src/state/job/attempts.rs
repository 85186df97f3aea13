//! An attempt at a task: what it passed, how it stands at a time, and in which stages it was when.

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::message::{GivenUp, Notice, Stage};
use netsplit_core::mapreduce::task::{Attempt, Phase};
use netsplit_core::time::Time;
use netsplit_sim::run::{JobEvent, JobNote};

use crate::draw::bars::FAR;

/// Something that an attempt has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Took {
    /// When it had it.
    pub at: Time,
    /// Of a reduce task: the map task whose bucket it is.
    pub map: Option<u32>,
    /// As how many bytes it counts.
    pub weight: u64,
    /// From whom.
    pub from: NodeId,
}

/// A stretch of it in one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which.
    pub stage: Stage,
    /// Its beginning.
    pub from: Time,
    /// Its end; [`FAR`] as long as it has none.
    pub to: Time,
}

/// Why an attempt was for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waste {
    /// The task was done before.
    Late,
    /// The coordinator has given it up.
    GivenUp,
    /// Another attempt was done first.
    Beaten,
    /// Its worker has dropped it.
    Dropped,
    /// The user's code failed, or something could not be read.
    Failed,
    /// Its process is gone.
    Gone,
    /// It was done, and its output was lost with its worker.
    Lost,
    /// It was of a run that a new one has replaced.
    Forgotten,
}

impl Waste {
    /// In a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Waste::Late => "late: the task was done before",
            Waste::GivenUp => "given up",
            Waste::Beaten => "beaten: another attempt was first",
            Waste::Dropped => "dropped",
            Waste::Failed => "failed",
            Waste::Gone => "gone with its process",
            Waste::Lost => "committed, and lost with its worker",
            Waste::Forgotten => "of a run that was forgotten",
        }
    }
}

/// How an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It is at work.
    Works,
    /// Its output counts.
    Committed,
    /// It was for nothing.
    Wasted(Waste),
}

impl Stands {
    /// In a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Stands::Works => "in progress",
            Stands::Committed => "committed",
            Stands::Wasted(waste) => waste.words(),
        }
    }

    /// How it stands after something.
    fn after(self, what: &JobEvent) -> Stands {
        let was = |waste| if self == Stands::Works { Stands::Wasted(waste) } else { self };
        match what {
            JobEvent::Told(Notice::Begins { .. }) => Stands::Wasted(Waste::Forgotten),
            JobEvent::Told(Notice::Committed { .. }) => Stands::Committed,
            JobEvent::Told(Notice::Reopened { .. }) => Stands::Wasted(Waste::Lost),
            // What follows upon a commit takes nothing from it.
            _ if self == Stands::Committed => self,
            JobEvent::Told(Notice::Adopted { .. }) => Stands::Works,
            JobEvent::Told(Notice::Late { .. }) => Stands::Wasted(Waste::Late),
            JobEvent::Told(Notice::GivenUp { why: GivenUp::Beaten, .. }) => was(Waste::Beaten),
            JobEvent::Told(Notice::GivenUp { .. }) => was(Waste::GivenUp),
            JobEvent::Told(Notice::Dropped { .. }) => was(Waste::Dropped),
            JobEvent::Told(Notice::Failed { .. }) => was(Waste::Failed),
            JobEvent::Down | JobEvent::Told(Notice::Exits { .. } | Notice::Process(_)) => {
                was(Waste::Gone)
            }
            JobEvent::Told(_) => self,
        }
    }
}

/// An attempt at a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    /// Its place in the order in which attempts were given out.
    pub id: OpId,
    /// Which it is.
    pub attempt: Attempt,
    /// Whose.
    pub worker: NodeId,
    /// It is a backup of one at work (section 3.6).
    pub backup: bool,
    /// Its input is on its worker's own disk (section 3.4).
    pub local: bool,
    /// When it was given out.
    pub from: Time,
    /// When its worker was done with it; [`FAR`] as long as it is not.
    pub to: Time,
    /// What it has read, in order.
    pub took: Vec<Took>,
    /// What else it has passed, in order.
    pub notes: Vec<JobNote>,
}

impl Try {
    pub(super) fn new(
        id: OpId,
        attempt: Attempt,
        worker: NodeId,
        (backup, local): (bool, bool),
        from: Time,
    ) -> Try {
        let (took, notes) = (Vec::new(), Vec::new());
        Try { id, attempt, worker, backup, local, from, to: FAR, took, notes }
    }

    /// It passes something.
    pub(super) fn pass(&mut self, note: JobNote) {
        if let JobEvent::Told(Notice::Took { map, weight, from, .. }) = note.what {
            self.took.push(Took { at: note.at, map, weight, from });
            if map.is_some() {
                return;
            }
        }
        if self.to == FAR && ends(&note.what) {
            self.to = note.at;
        }
        self.notes.push(note);
    }

    /// What it had passed by a time.
    pub fn notes_by(&self, now: Time) -> &[JobNote] {
        &self.notes[..self.notes.partition_point(|note| note.at <= now)]
    }

    /// What it had read by a time.
    pub fn took_by(&self, now: Time) -> &[Took] {
        &self.took[..self.took.partition_point(|took| took.at <= now)]
    }

    /// As how many bytes that counts.
    pub fn read(&self, now: Time) -> u64 {
        self.took_by(now).iter().map(|took| took.weight).sum()
    }

    /// As how many bytes counts what it had written by a time.
    pub fn wrote(&self, now: Time) -> Option<u64> {
        self.notes_by(now).iter().rev().find_map(|note| match note.what {
            JobEvent::Told(Notice::Wrote { weight, .. }) => Some(weight),
            _ => None,
        })
    }

    /// How it stands at a time.
    pub fn stands(&self, now: Time) -> Stands {
        self.notes_by(now).iter().fold(Stands::Works, |stands, note| stands.after(&note.what))
    }

    /// How it stands in the end, as far as that is known.
    pub fn ended(&self) -> Stands {
        self.stands(FAR)
    }

    /// Its stretches, in order; what takes no time is left out.
    pub fn pieces(&self) -> Vec<Piece> {
        let first = match self.attempt.task.phase {
            Phase::Map => Stage::Read,
            Phase::Reduce => Stage::Shuffle,
        };
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut stage, mut from) = (first, self.from);
        let mut put = |stage, from, to| {
            if from < to {
                pieces.push(Piece { stage, from, to });
            }
        };
        for note in &self.notes {
            let JobEvent::Told(Notice::Goes { to: next, .. }) = note.what else { continue };
            if note.at >= self.to || next == stage {
                continue;
            }
            put(stage, from, note.at);
            (stage, from) = (next, note.at);
        }
        put(stage, from, self.to);
        pieces
    }

    /// In which stage it is at a time.
    pub fn stage(&self, now: Time) -> Option<Stage> {
        self.pieces().iter().find(|it| it.from <= now && now < it.to).map(|it| it.stage)
    }
}

/// Whether a worker is done with an attempt after this, well or not.
fn ends(what: &JobEvent) -> bool {
    use Notice::{Committed, Dropped, Exits, Failed, Late, Process};
    match what {
        JobEvent::Down => true,
        JobEvent::Told(Committed { .. } | Late { .. } | Dropped { .. } | Failed { .. }) => true,
        JobEvent::Told(Exits { .. } | Process(_)) => true,
        JobEvent::Told(Notice::GivenUp { why, .. }) => {
            matches!(why, GivenUp::Unknown | GivenUp::Failed(_))
        }
        JobEvent::Told(_) => false,
    }
}
