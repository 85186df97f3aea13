//! How a map task goes: read the split, run the user's code on it, write a bucket for each reduce
//! task (section 3.1, steps 3 and 4).

use std::collections::BTreeSet;

use crate::id::NodeId;
use crate::machine::{Context, Resource};

use super::file::{Content, FileName};
use super::job::MapAsk;
use super::message::{MapReduce, Message, Notice, Stage, Why};
use super::mutants::Mutant;
use super::options::DiskModel;
use super::task::Phase;
use super::worker::{Made, Worker};

impl Worker {
    /// The file that a map task reads, and the name that the user's code sees: behind the first job
    /// of a chain, that is what the one before has written.
    fn input_of(&self) -> Option<(FileName, String)> {
        let task = self.map.as_ref()?.attempt().task;
        Some(match task.round.checked_sub(1) {
            None => {
                let split = self.options.splits.get(task.number as usize);
                (FileName::Split(task.number), split.map_or_else(String::new, |it| it.name.clone()))
            }
            Some(round) => {
                let name = FileName::Output { round, part: task.number };
                (name, format!("mr-out-{}", task.number))
            }
        })
    }

    /// Reads the split: from its own disk, or from who has it.
    pub(super) fn read_split(&mut self, cx: &mut Context<'_, MapReduce>) {
        let Some((file, _)) = self.input_of() else { return };
        let Some(doing) = &self.map else { return };
        let sources = &doing.order.sources;
        if sources.is_empty() {
            return self.fail(Phase::Map, Why::NoInput, cx);
        }
        let from = sources[doing.source % sources.len()];
        self.goes(Phase::Map, Stage::Read, cx);
        if from != self.me {
            self.ask(from, Some(Phase::Map), |call| Message::Read { call, files: vec![file] }, cx);
            return;
        }
        match self.files.content(file) {
            Some(content) => cx.work(Resource::Disk, content.weight, Worker::timer(Phase::Map)),
            None => self.read_elsewhere(cx),
        }
    }

    /// Who was asked for the split does not have it, or is silent: another may.
    pub(super) fn read_elsewhere(&mut self, cx: &mut Context<'_, MapReduce>) {
        self.pending.retain(|_, pending| pending.phase != Some(Phase::Map));
        let Some(doing) = &mut self.map else { return };
        doing.source += 1;
        if doing.source >= 4 * doing.order.sources.len() {
            return self.fail(Phase::Map, Why::NoInput, cx);
        }
        self.read_split(cx);
    }

    /// The own disk has read the split.
    pub(super) fn take_own_split(&mut self, cx: &mut Context<'_, MapReduce>) {
        let Some((file, _)) = self.input_of() else { return };
        match self.files.content(file).cloned() {
            Some(content) => self.map_split(self.me, content, cx),
            None => self.read_elsewhere(cx),
        }
    }

    /// Somebody has sent the split.
    pub(super) fn take_split(
        &mut self,
        from: NodeId,
        files: Vec<(FileName, Option<Content>)>,
        cx: &mut Context<'_, MapReduce>,
    ) {
        match files.into_iter().next() {
            Some((_, Some(content))) => self.map_split(from, content, cx),
            _ => self.read_elsewhere(cx),
        }
    }

    /// Runs the user's code on the split.
    fn map_split(&mut self, from: NodeId, content: Content, cx: &mut Context<'_, MapReduce>) {
        let Some((_, name)) = self.input_of() else { return };
        let Some(doing) = &mut self.map else { return };
        let attempt = doing.attempt();
        cx.notify(Notice::Took {
            attempt,
            map: None,
            digest: self.code.0.digest(&content.pieces),
            weight: content.weight,
            from,
        });
        let skip: BTreeSet<u64> = doing.order.skip.iter().copied().collect();
        let own = self.options.mutants.has(Mutant::OwnHash);
        let made = self.code.0.map(&MapAsk {
            name: &name,
            text: &content.pieces,
            parts: doing.order.parts,
            combine: self.options.combine,
            skip: &skip,
            salt: if own { self.me.word().wrapping_mul(0x9e37_79b9) } else { 0 },
        });
        let weight = content.weight;
        doing.input = Some(content);
        match made {
            Some(made) => doing.made = Made::Mapped(made),
            None => cx.notify(Notice::Wanted(attempt)),
        }
        self.goes(Phase::Map, Stage::Compute, cx);
        if self.call(Phase::Map, cx) {
            return;
        }
        Worker::compute(Phase::Map, weight, self.options.costs.map, cx);
    }

    /// The user's code is done: its buckets are written, unless it has failed.
    pub(super) fn write_buckets(&mut self, cx: &mut Context<'_, MapReduce>) {
        let (scale, shared) = (self.options.scale, self.options.disk == DiskModel::Shared);
        let Some(doing) = &mut self.map else { return };
        let Made::Mapped(made) = &doing.made else { return };
        if let Some(record) = made.failed {
            return self.fail(Phase::Map, Why::Record(record), cx);
        }
        let of = doing.order.of;
        let in_place = self.options.mutants.has(Mutant::WritesInPlace) && shared;
        let one_name = self.options.mutants.has(Mutant::SharedTempName);
        let file = |(part, bytes): (usize, &crate::bytes::Bytes)| {
            let part = part as u32;
            let (round, map) = (of.attempt.task.round, of.attempt.task.number);
            let name = match in_place {
                true => FileName::Bucket { round, map, part },
                false => FileName::Part {
                    run: if one_name { 0 } else { of.run },
                    task: of.attempt.task,
                    attempt: if one_name { 0 } else { of.attempt.number },
                    part,
                },
            };
            (name, Content::new(bytes.clone(), bytes.len() as u64 * scale).halves())
        };
        let output = made.buckets.iter().enumerate().map(file).collect();
        self.write(Phase::Map, output, cx);
    }
}
