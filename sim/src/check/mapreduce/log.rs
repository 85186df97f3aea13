//! What a job has come to, kept for whoever shows it; and what it has written beside what a
//! sequential run writes.

use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::file::FileName;
use netsplit_core::mapreduce::message::Notice;
use netsplit_core::time::Time;

use crate::choice::Choice;
use crate::labs::mapreduce::MapReduceLab;
use crate::run::{JobEvent, JobNote, JobNotes, JobOutput, JobPart};
use crate::world::{Outcome, World};

use super::{MapReduceChecks, stored};

impl MapReduceChecks {
    /// Keeps what the last step came to.
    pub(super) fn keep(&mut self, world: &World<MapReduceLab>) {
        let step = world.last();
        if let (Choice::Crash { node, .. }, Outcome::Done) = (&step.choice, step.outcome) {
            self.keep_at(world.now(), *node, JobEvent::Down);
        }
        let Some(node) = step.node else { return };
        for notice in world.notices().filter(|notice| is_of_tasks(notice)) {
            self.keep_at(world.now(), node, JobEvent::Told(notice.clone()));
        }
    }

    fn keep_at(&mut self, at: Time, node: NodeId, what: JobEvent) {
        self.log.push(JobNote { at, node, what });
    }

    /// See [`Run::job`](crate::run::Run::job).
    pub(crate) fn job(&self, since: u64) -> JobNotes {
        let from = usize::try_from(since).unwrap_or(usize::MAX);
        let news = self.log.iter_from(from).cloned().collect();
        JobNotes { count: self.log.len() as u64, news }
    }

    /// See [`Run::output`](crate::run::Run::output).
    pub(crate) fn output(&self, world: &World<MapReduceLab>) -> JobOutput {
        let machines = &world.options().lab.machines;
        let round = machines.rounds.saturating_sub(1);
        let truth = self.truth().and_then(|truth| truth.0.get(round as usize));
        let part = |part: u32| {
            let name = FileName::Output { round, part };
            let text = stored(world, name);
            let wanted = truth.and_then(|truth| truth.outputs.get(part as usize));
            let right = text.as_ref().zip(wanted).is_some_and(|(text, it)| it.text == *text);
            JobPart { name: name.to_string(), text, right }
        };
        JobOutput { parts: (0..machines.parts).map(part).collect(), compared: truth.is_some() }
    }
}

/// Whether a notice is about tasks and who does them.
fn is_of_tasks(notice: &Notice) -> bool {
    use Notice::{Dismissed, Renamed, Skips, Unread, Waits, Wanted};
    !matches!(
        notice,
        Waits { .. } | Dismissed(_) | Unread { .. } | Skips { .. } | Wanted(_) | Renamed(_)
    )
}
