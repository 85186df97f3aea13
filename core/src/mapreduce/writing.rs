//! What a task ends with: its output is written in two pieces under a name of the attempt's own,
//! gets its final name when it is complete, and the coordinator is told.
//!
//! A map task's buckets stay on the worker's own disk, where nobody else looks before the
//! coordinator's word makes them count (section 3.3); on a shared disk they are renamed as the output
//! of reduce tasks is.

use crate::machine::{Context, Disk, Resource};

use super::file::{Content, Durable, FileName};
use super::job::Habit;
use super::message::{MapReduce, Message, Notice, Stage};
use super::mutants::Mutant;
use super::options::DiskModel;
use super::task::Phase;
use super::worker::{Made, Worker};

impl Worker {
    /// A task's work has gone on: what comes next.
    pub(super) fn go_on(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        let Some(stage) = self.doing(phase).map(|doing| doing.stage) else { return };
        match (phase, stage) {
            (Phase::Map, Stage::Read) => self.take_own_split(cx),
            (Phase::Reduce, Stage::Sort) => self.reduce_groups(cx),
            (_, Stage::Compute) => {
                if self.code.0.habit() != Habit::Pure && self.called(phase, cx) {
                    return;
                }
                match phase {
                    Phase::Map => self.write_buckets(cx),
                    Phase::Reduce => self.write_output(cx),
                }
            }
            (_, Stage::Write) => self.save_piece(phase, cx),
            _ => {}
        }
    }

    /// Whether a task's output goes to the shared disk, or the file system.
    fn is_shared(&self, phase: Phase) -> bool {
        phase == Phase::Reduce || self.options.disk == DiskModel::Shared
    }

    /// Begins to write.
    pub(super) fn write(
        &mut self,
        phase: Phase,
        output: Vec<(FileName, [Content; 2])>,
        cx: &mut Context<'_, MapReduce>,
    ) {
        let Some(doing) = self.slot(phase) else { return };
        let weight = |halves: &[Content; 2]| halves[0].weight + halves[1].weight;
        doing.weight = output.iter().map(|(_, halves)| weight(halves)).sum();
        (doing.output, doing.pieces) = (output, 0);
        self.goes(phase, Stage::Write, cx);
        self.write_piece(phase, cx);
    }

    /// Writes the next piece of all files: to the shared disk, or to its own.
    fn write_piece(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        let shared = self.is_shared(phase);
        let Some(doing) = self.doing(phase) else { return };
        let piece = doing.pieces;
        let weight = |(_, halves): &(FileName, [Content; 2])| halves[piece.min(1) as usize].weight;
        let weight = doing.output.iter().map(weight).sum();
        // The file system's first copy is on the machine that writes.
        let here = if shared && self.options.disk == DiskModel::Shared { 0 } else { weight };
        cx.work(Resource::Disk, here, Worker::timer(phase));
    }

    /// The own disk has written a piece.
    fn save_piece(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        let (shared, store) = (self.is_shared(phase), self.store);
        let Some(doing) = self.slot(phase) else { return };
        let (writer, piece) = (doing.writer, doing.pieces);
        let half = |(name, halves): &(FileName, [Content; 2])| {
            (*name, halves[piece.min(1) as usize].clone())
        };
        let files = doing.output.iter().map(half).collect();
        if shared {
            let message = |call| Message::Write { call, writer, piece, files };
            self.ask(store, Some(phase), message, cx);
            return;
        }
        let change = Durable::Write { writer, piece, files };
        self.files.write(&change);
        cx.save(change);
        self.wrote_piece(phase, cx);
    }

    fn wrote_piece(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        let in_place = self.has(Mutant::WritesInPlace);
        let shared = self.is_shared(phase);
        let Some(doing) = self.slot(phase) else { return };
        doing.pieces += 1;
        if doing.pieces < 2 {
            return self.write_piece(phase, cx);
        }
        cx.notify(Notice::Wrote { attempt: doing.attempt(), weight: doing.weight });
        if shared && !in_place { self.rename(phase, cx) } else { self.report(phase, cx) }
    }

    /// Gives what was written its final name, all at once.
    fn rename(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        let store = self.store;
        let Some(doing) = self.slot(phase) else { return };
        let (writer, task) = (doing.writer, doing.attempt().task);
        let last = |part: u32| match phase {
            Phase::Map => FileName::Bucket { round: task.round, map: task.number, part },
            Phase::Reduce => FileName::Output { round: task.round, part },
        };
        let renamed = |(name, _): &(FileName, [Content; 2])| match *name {
            FileName::Part { part, .. } => Some((*name, last(part))),
            _ => None,
        };
        let names = doing.output.iter().filter_map(renamed).collect();
        self.goes(phase, Stage::Rename, cx);
        self.ask(store, Some(phase), |call| Message::Rename { call, writer, names }, cx);
    }

    /// The shared disk has done what it was asked.
    pub(super) fn note_stored(
        &mut self,
        phase: Phase,
        asked: &Message,
        markers: u64,
        cx: &mut Context<'_, MapReduce>,
    ) {
        let Some(stage) = self.doing(phase).map(|doing| doing.stage) else { return };
        match (asked, stage) {
            (Message::Write { .. }, Stage::Write) => self.wrote_piece(phase, cx),
            (Message::Rename { .. }, Stage::Rename) => self.report(phase, cx),
            (_, Stage::Compute) => self.marked(phase, markers, cx),
            _ => {}
        }
    }

    /// Tells the coordinator that the task is done: when all that was saved is on the disk.
    fn report(&mut self, phase: Phase, cx: &mut Context<'_, MapReduce>) {
        self.goes(phase, Stage::Report, cx);
        let coordinator = self.coordinator;
        let Some(doing) = self.slot(phase) else { return };
        let counters = match &doing.made {
            Made::Mapped(made) => made.counters.clone(),
            _ => Default::default(),
        };
        let (of, weight) = (doing.order.of, doing.weight);
        // What it has read and written is not needed any more.
        (doing.input, doing.output) = (None, Vec::new());
        doing.taken.clear();
        self.ask(coordinator, Some(phase), |_| Message::TaskDone { of, weight, counters }, cx);
    }
}
