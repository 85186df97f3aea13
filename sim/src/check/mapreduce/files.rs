//! What is checked of files: what a task reads, and what is there when the job is over.

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::coordinator::Coordinator;
use netsplit_core::mapreduce::emit::pairs_in;
use netsplit_core::mapreduce::file::FileName;
use netsplit_core::mapreduce::job::Counters;
use netsplit_core::mapreduce::task::{Attempt, Phase, Task};

use crate::labs::mapreduce::MapReduceLab;
use crate::words::mapreduce::broken as words;
use crate::world::World;

use super::property::{COUNTED, ENDS_COMPLETE, MAPS_FIRST, ORDERED, OUTPUT, WHOLE_FILES};
use super::{Look, MapReduceChecks, coordinator, stored};

impl MapReduceChecks {
    /// An attempt has read something: it is all of what was to be read.
    pub(super) fn take(&mut self, attempt: Attempt, map: Option<u32>, look: &mut Look) {
        let Task { round, phase, number } = attempt.task;
        let Some(truth) = self.truth().cloned() else { return };
        let Some(of_round) = truth.0.get(round as usize) else { return };
        let worker = look.world.node(look.node).machine().and_then(|node| node.worker());
        let Some(doing) = worker.and_then(|worker| worker.doing(phase)) else { return };
        self.try_it(WHOLE_FILES);
        let whole = match map {
            None => {
                let there = doing.input.as_ref().map(|input| input.bytes());
                let wanted = of_round.inputs.get(number as usize);
                there.is_none_or(|there| Some(&there) == wanted || there.ends_with(b"\n"))
            }
            Some(map) => {
                let there = doing.taken.get(&map).map(|bucket| bucket.bytes());
                let wanted = of_round.mapped.get(map as usize);
                let wanted = wanted.and_then(|made| made.buckets.get(number as usize));
                // Buckets that are not as they should be may be whole all the same.
                there.is_none_or(|there| Some(&there) == wanted || is_whole(&there, wanted))
            }
        };
        if !whole {
            let name = match map {
                None => attempt.task.to_string(),
                Some(map) => FileName::Bucket { round, map, part: number }.to_string(),
            };
            look.breaks(WHOLE_FILES, words::read_a_part(attempt, &name));
        }
    }

    /// The user's code begins: of reduce, it has a bucket of every map task.
    pub(super) fn compute(&mut self, attempt: Attempt, look: &mut Look) {
        let Task { round, phase: Phase::Reduce, .. } = attempt.task else { return };
        self.try_it(MAPS_FIRST);
        let worker = look.world.node(look.node).machine().and_then(|node| node.worker());
        let Some(doing) = worker.and_then(|worker| worker.doing(Phase::Reduce)) else { return };
        let (has, all) = (doing.taken.len() as u32, look.world.options().lab.maps(round));
        if has < all {
            look.breaks(MAPS_FIRST, words::reduces_early(attempt, has, all));
        }
    }

    /// A file has its final name.
    pub(super) fn check_output(&mut self, name: FileName, look: &mut Look) {
        let FileName::Output { round, part } = name else { return };
        let Some(there) = stored(look.world, name) else { return };
        let truth = self.truth().and_then(|truth| truth.0.get(round as usize));
        let wanted = truth.and_then(|round| round.outputs.get(part as usize));
        // Without it nobody knows where a key ends that has blanks in it.
        let Some(wanted) = wanted.map(|wanted| wanted.text.clone()) else { return };
        self.try_it(OUTPUT);
        self.try_it(ORDERED);
        if wanted == there {
            return;
        }
        match out_of_order(&there).filter(|_| out_of_order(&wanted).is_none()) {
            Some(key) => look.breaks(ORDERED, words::out_of_order(name, &key)),
            None => look.breaks(OUTPUT, words::wrong_output(name)),
        }
    }

    /// The job is over: what the user's code has counted is counted of each task once.
    fn check_counters(&mut self, look: &mut Look) {
        let Some(wanted) = self.truth().map(|truth| truth.counters()) else { return };
        let Some(counted) = coordinator(look.world).map(Coordinator::counters) else { return };
        self.try_it(COUNTED);
        let wrong =
            wanted.keys().chain(counted.keys()).find(|it| wanted.get(*it) != counted.get(*it));
        if let Some(name) = wrong {
            let of = |counters: &Counters| counters.get(name).copied().unwrap_or_default();
            look.breaks(COUNTED, words::miscounted(name, of(&counted), of(&wanted)));
        }
    }

    /// A file of the last job's output that is not there.
    pub(super) fn missing(&self, world: &World<MapReduceLab>) -> Option<FileName> {
        let machines = &world.options().lab.machines;
        let round = machines.rounds - 1;
        let mut names = (0..machines.parts).map(|part| FileName::Output { round, part });
        names.find(|name| stored(world, *name).is_none())
    }

    /// The job is over: all its output is there, and right.
    pub(super) fn end(&mut self, look: &mut Look) {
        self.try_it(ENDS_COMPLETE);
        if let Some(missing) = self.missing(look.world) {
            return look.breaks(ENDS_COMPLETE, words::over_early(missing));
        }
        let machines = &look.world.options().lab.machines;
        let (round, parts) = (machines.rounds - 1, machines.parts);
        (0..parts).for_each(|part| self.check_output(FileName::Output { round, part }, look));
        self.check_counters(look);
    }
}

/// Whether a bucket ends where a pair ends, and has something where it should.
fn is_whole(bucket: &[u8], wanted: Option<&Bytes>) -> bool {
    let mut pairs = pairs_in(bucket);
    let read: usize = pairs.by_ref().map(|(key, value)| 8 + key.len() + value.len()).sum();
    read == bucket.len() && (read > 0 || wanted.is_some_and(|wanted| wanted.is_empty()))
}

/// The first key of an output that is not greater than the one before it, where keys end at the
/// first blank.
fn out_of_order(text: &[u8]) -> Option<String> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let mut before: Option<&[u8]> = None;
    for line in lines {
        let key = line.split(|byte| *byte == b' ').next().unwrap_or(line);
        if before.is_some_and(|before| before >= key) {
            return Some(String::from_utf8_lossy(key).into_owned());
        }
        before = Some(key);
    }
    None
}
