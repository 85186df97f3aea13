//! The coordinator of a job for real, with the disk that all share.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::file::{FileName, Files};
use netsplit_core::mapreduce::job::Code;
use netsplit_core::mapreduce::message::Notice;
use netsplit_core::mapreduce::node::Node;
use netsplit_core::mapreduce::options::Options;
use netsplit_core::mapreduce::task::Phase;
use netsplit_core::time::Time;
use serde::{Deserialize, Serialize};

use crate::driven::{Clock, Driven, Letter};
use crate::hand::cast;

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Splits that are mapped, and how many there are.
    pub maps: (u32, u32),
    /// Parts of the keys that are reduced, and how many there are.
    pub reduces: (u32, u32),
    /// By worker, from 1: what it is doing, as the coordinator knows.
    pub doing: Vec<Option<String>>,
}

/// The coordinator and the shared disk.
#[derive(Debug)]
pub struct Office {
    coordinator: Driven,
    store: Driven,
    parts: u32,
    over: bool,
}

impl Office {
    /// One for a job of so many workers.
    pub fn new(workers: u32, options: &Arc<Options>, code: &Code, seed: u64) -> Office {
        let cast = cast(workers);
        let boot = |place: u32| {
            let id = cast.at(place);
            Driven::new(id, Node::boot(id, cast, options, code.clone(), &Files::default()), seed)
        };
        let (coordinator, store) = (boot(0), boot(cast.servers));
        Office { coordinator, store, parts: options.parts, over: false }
    }

    /// A letter has come.
    pub fn hear(&mut self, letter: Letter) {
        let Letter { from, to, message } = letter;
        let both = [&mut self.coordinator, &mut self.store];
        if let Some(driven) = both.into_iter().find(|driven| driven.me() == to) {
            driven.hear(from, message);
        }
    }

    /// Does what is due; hands over letters to workers.
    pub fn settle(&mut self, clock: Clock<'_>, mut send: impl FnMut(Letter)) {
        loop {
            let mut here = VecDeque::new();
            let inside = [self.coordinator.me(), self.store.me()];
            let mut over = false;
            for driven in [&mut self.coordinator, &mut self.store] {
                driven.settle(
                    clock,
                    |letter| match inside.contains(&letter.to) {
                        true => here.push_back(letter),
                        false => send(letter),
                    },
                    |notice| over |= *notice == Notice::JobDone,
                );
            }
            self.over |= over;
            here.into_iter().for_each(|letter| self.hear(letter));
            if !self.coordinator.is_ready() && !self.store.is_ready() {
                return;
            }
        }
    }

    /// Whether the job is over. Workers may have to be told still.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Until when nothing happens by itself.
    pub fn quiet_until(&self) -> Option<Time> {
        [&self.coordinator, &self.store].into_iter().filter_map(|it| it.quiet_until()).min()
    }

    /// What was written, part by part, each in pieces.
    pub fn output(&self) -> Vec<Vec<Bytes>> {
        let Some(storage) = self.store.node().storage() else { return Vec::new() };
        let output = |part| storage.files().content(FileName::Output { round: 0, part });
        (0..self.parts).filter_map(output).map(|content| content.pieces.clone()).collect()
    }

    /// How far the job is.
    pub fn progress(&self) -> Progress {
        let Some(it) = self.coordinator.node().coordinator() else { return Progress::default() };
        let of = |phase| {
            let tasks = it.tasks(phase);
            (tasks.iter().filter(|task| task.done.is_some()).count() as u32, tasks.len() as u32)
        };
        let mut doing: BTreeMap<u32, String> = BTreeMap::new();
        for phase in Phase::BOTH {
            for (number, task) in it.tasks(phase).iter().enumerate() {
                for running in task.running.iter().filter(|_| task.done.is_none()) {
                    let words = format!("{} {number}", phase.word());
                    doing.insert(running.worker.index() as u32, words);
                }
            }
        }
        let workers = 1..=it.workers().keys().map(|id| id.index() as u32).max().unwrap_or(0);
        let doing = workers.map(|number| doing.get(&number).cloned()).collect();
        Progress { maps: of(Phase::Map), reduces: of(Phase::Reduce), doing }
    }

    /// The user's counters of all tasks that are done.
    pub fn counters(&self) -> Vec<(String, u64)> {
        let coordinator = self.coordinator.node().coordinator();
        let counters = coordinator.map(|it| it.counters()).unwrap_or_default();
        counters.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
    }
}
