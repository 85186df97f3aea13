//! How a reduce task goes: read its bucket of every map task as soon as that is done, sort, run the
//! user's code on each group, write the output (section 3.1, steps 5 and 6).

use std::collections::BTreeMap;

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::Context;

use super::file::{Content, FileName};
use super::job::ReduceAsk;
use super::message::{MapReduce, Message, Notice, Now, Stage, Why};
use super::mutants::Mutant;
use super::options::{Detection, DiskModel};
use super::task::{Phase, Task};
use super::worker::{Doing, Made, Places, Worker};

/// Who has the input of a map task and has not answered so often is not waited for: the file system
/// has another copy.
const SOURCE_UNHEARD_MOST: u32 = 2;
/// Where nobody is pinged, who has not answered for so many time-outs is taken to be gone, with its
/// buckets.
const UNHEARD_MOST: u64 = 2;

impl Worker {
    /// The file in which a bucket is found.
    fn bucket(&self, doing: &Doing, map: u32, attempt: u32) -> FileName {
        let task = doing.attempt().task;
        let (round, part) = (task.round, task.number);
        match self.options.disk {
            DiskModel::Shared => FileName::Bucket { round, map, part },
            DiskModel::Local => {
                let one_name = self.options.mutants.has(Mutant::SharedTempName);
                let (run, attempt) = if one_name { (0, 0) } else { (doing.order.of.run, attempt) };
                FileName::Part { run, task: Task::map(round, map), attempt, part }
            }
        }
    }

    /// Asks for all buckets of which it knows where they are, everybody once; when it has all, it
    /// goes on.
    pub(super) fn shuffle(&mut self, cx: &mut Context<'_, MapReduce>) {
        let Some(doing) = &self.reduce else { return };
        if doing.stage != Stage::Shuffle {
            return;
        }
        if doing.taken.len() as u32 >= doing.order.maps {
            return self.sort(cx);
        }
        let asked = |map: u32| doing.reading.values().flatten().any(|(it, _)| *it == map);
        let mut from: BTreeMap<NodeId, Vec<(u32, u32)>> = BTreeMap::new();
        for (map, (attempt, holder)) in &doing.located {
            if !doing.taken.contains_key(map) && !asked(*map) {
                from.entry(*holder).or_default().push((*map, *attempt));
            }
        }
        for (holder, maps) in from {
            // One question at a time to each: what is told meanwhile goes into the next.
            let busy = |pending: &super::worker::Pending| {
                pending.phase == Some(Phase::Reduce) && pending.to == holder
            };
            if self.pending.values().any(busy) {
                continue;
            }
            let Some(doing) = &self.reduce else { return };
            let files = maps.iter().map(|(map, attempt)| self.bucket(doing, *map, *attempt));
            let files: Vec<FileName> = files.collect();
            let asks = |call| Message::Read { call, files };
            let number = self.ask(holder, Some(Phase::Reduce), asks, cx);
            if let Some(doing) = &mut self.reduce {
                doing.reading.insert(number, maps);
            }
        }
    }

    /// The coordinator says where buckets are, or that some are lost.
    pub(super) fn note_located(
        &mut self,
        now: Now,
        number: u64,
        maps: Places,
        cx: &mut Context<'_, MapReduce>,
    ) {
        let (of, known) = &mut self.told;
        if *of != now {
            (*of, *known) = (now, Vec::new());
        }
        if !known.iter().any(|(other, _)| *other == number) {
            known.push((number, maps));
            known.sort_by_key(|(number, _)| *number);
        }
        self.hear_what_was_told(cx);
    }

    /// Takes what it was told and its reduce task has not heard yet.
    pub(super) fn hear_what_was_told(&mut self, cx: &mut Context<'_, MapReduce>) {
        let (now, known) = self.told.clone();
        for (number, maps) in known {
            let Some(doing) = &mut self.reduce else { return };
            let of = doing.order.of;
            let same = (of.run, of.attempt.task.round) == (now.run, now.round);
            if same && number > doing.told {
                doing.told = number;
                self.hear_of_buckets(&maps, cx);
            }
        }
    }

    fn hear_of_buckets(
        &mut self,
        maps: &[(u32, Option<(u32, NodeId)>)],
        cx: &mut Context<'_, MapReduce>,
    ) {
        let Some(doing) = &mut self.reduce else { return };
        let mut lost = None;
        for (map, place) in maps {
            let before = match place {
                Some(place) => doing.located.insert(*map, *place),
                None => doing.located.remove(map),
            };
            if let (Some((attempt, _)), None) = (before, place)
                && !doing.taken.contains_key(map)
            {
                lost = Some(Why::NoBucket { map: *map, attempt });
            }
            if before.is_some() && before != *place {
                // Nothing more is expected from where it was.
                for (number, reading) in &mut doing.reading {
                    reading.retain(|(it, _)| it != map);
                    if reading.is_empty() {
                        self.pending.remove(number);
                    }
                }
                doing.reading.retain(|_, reading| !reading.is_empty());
            }
        }
        match lost {
            // Who does one thing after the other makes room: else all might wait for a map that
            // nobody is free to do.
            Some(why) if !self.options.overlap => self.fail(Phase::Reduce, why, cx),
            _ => self.shuffle(cx),
        }
    }

    /// Somebody has sent buckets.
    pub(super) fn take_buckets(
        &mut self,
        from: NodeId,
        number: u64,
        files: Vec<(FileName, Option<Content>)>,
        cx: &mut Context<'_, MapReduce>,
    ) {
        let Some(doing) = &mut self.reduce else { return };
        let Some(maps) = doing.reading.remove(&number) else { return };
        let attempt = doing.attempt();
        let mut missing = None;
        for (name, content) in files {
            let map = match name {
                FileName::Bucket { map, .. } => map,
                FileName::Part { task, .. } => task.number,
                _ => continue,
            };
            let Some((_, of)) = maps.iter().find(|(it, _)| *it == map) else { continue };
            let Some(content) = content else {
                missing.get_or_insert(Why::NoBucket { map, attempt: *of });
                continue;
            };
            cx.notify(Notice::Took {
                attempt,
                map: Some(map),
                digest: self.code.0.digest(&content.pieces),
                weight: content.weight,
                from,
            });
            doing.taken.insert(map, content);
        }
        match missing {
            Some(why) if self.options.overlap => self.tell_of_missing(why, cx),
            Some(why) => return self.fail(Phase::Reduce, why, cx),
            None => {}
        }
        self.shuffle(cx);
    }

    /// A bucket is not where it was: the coordinator is told, and the task waits until it is found
    /// elsewhere.
    fn tell_of_missing(&mut self, why: Why, cx: &mut Context<'_, MapReduce>) {
        let Some(doing) = &mut self.reduce else { return };
        let of = doing.order.of;
        if let Why::NoBucket { map, .. } = why
            && let Some((_, holder)) = doing.located.get(&map).copied()
        {
            // Who has lost one has lost all.
            let taken = &doing.taken;
            doing.located.retain(|map, (_, other)| *other != holder || taken.contains_key(map));
        }
        cx.notify(Notice::Failed { attempt: of.attempt, why });
        self.ask(self.coordinator, None, |_| Message::TaskFailed { of, why }, cx);
    }

    /// The sort begins when the last bucket has been read (section 3.1, step 5).
    fn sort(&mut self, cx: &mut Context<'_, MapReduce>) {
        let deletes = self.has(Mutant::DeletesEarly) && self.options.disk == DiskModel::Shared;
        let Some(doing) = &mut self.reduce else { return };
        let weight = doing.taken.values().map(|content| content.weight).sum();
        if deletes {
            let task = doing.attempt().task;
            let (round, part) = (task.round, task.number);
            let bucket = |map: &u32| FileName::Bucket { round, map: *map, part };
            let names = doing.taken.keys().map(bucket).collect();
            self.ask(self.store, None, |call| Message::Delete { call, names }, cx);
        }
        self.goes(Phase::Reduce, Stage::Sort, cx);
        Worker::compute(Phase::Reduce, weight, self.options.costs.sort, cx);
    }

    /// Runs the user's code on each key with its values.
    pub(super) fn reduce_groups(&mut self, cx: &mut Context<'_, MapReduce>) {
        let grouped = !self.has(Mutant::NoGrouping);
        let Some(doing) = &mut self.reduce else { return };
        let buckets: Vec<Bytes> = doing.taken.values().map(Content::bytes).collect();
        let weight = doing.taken.values().map(|content| content.weight).sum();
        match self.code.0.reduce(&ReduceAsk { buckets: &buckets, grouped }) {
            Some(made) => doing.made = Made::Reduced(made),
            None => cx.notify(Notice::Wanted(doing.attempt())),
        }
        self.goes(Phase::Reduce, Stage::Compute, cx);
        if self.call(Phase::Reduce, cx) {
            return;
        }
        Worker::compute(Phase::Reduce, weight, self.options.costs.reduce, cx);
    }

    /// The user's code is done: the output is written.
    pub(super) fn write_output(&mut self, cx: &mut Context<'_, MapReduce>) {
        let scale = self.options.scale;
        let Some(doing) = &mut self.reduce else { return };
        let Made::Reduced(made) = &doing.made else { return };
        let of = doing.order.of;
        let task = of.attempt.task;
        let one_name = self.options.mutants.has(Mutant::SharedTempName);
        let name = match self.options.mutants.has(Mutant::WritesInPlace) {
            true => FileName::Output { round: task.round, part: task.number },
            false => FileName::Part {
                run: if one_name { 0 } else { of.run },
                task,
                attempt: if one_name { 0 } else { of.attempt.number },
                part: task.number,
            },
        };
        let weight = made.text.len() as u64 * scale;
        let halves = Content::new(made.text.clone(), weight).halves();
        self.write(Phase::Reduce, vec![(name, halves)], cx);
    }

    /// Somebody does not answer.
    pub(super) fn note_unheard(&mut self, number: u64, cx: &mut Context<'_, MapReduce>) {
        let Some(pending) = self.pending.get(&number) else { return };
        if !matches!(pending.message, Message::Read { .. }) || pending.to == self.store {
            return;
        }
        match pending.phase {
            Some(Phase::Map) if pending.asked.1 > SOURCE_UNHEARD_MOST => self.read_elsewhere(cx),
            Some(Phase::Reduce)
                if self.options.detection == Detection::Deadline
                    && cx.now().since(pending.since).micros()
                        > UNHEARD_MOST * self.options.time_out.micros() =>
            {
                let reading = self.reduce.as_ref().and_then(|doing| doing.reading.get(&number));
                if let Some((map, attempt)) = reading.and_then(|maps| maps.first()).copied() {
                    self.fail(Phase::Reduce, Why::NoBucket { map, attempt }, cx);
                }
            }
            _ => {}
        }
    }
}
