//! `raft` 0.7, TiKV's Raft: a `Ready` loop over its own in-memory storage.

use std::collections::VecDeque;

use raft::prelude::{ConfState, Entry, Message};
use raft::storage::MemStorage;
use raft::{Config, RawNode, StateRole};
use slog::{Discard, Logger, o};

use crate::engine::{Command, Engine, command, room};

/// The cluster; `BATCHED` turns `batch_append` on.
pub struct Tikv<const BATCHED: bool> {
    nodes: Vec<RawNode<MemStorage>>,
    queue: VecDeque<Message>,
    applied: Vec<Vec<Command>>,
    messages: u64,
}

impl<const BATCHED: bool> Tikv<BATCHED> {
    /// Does what the node is ready to do, in the order its documentation asks.
    fn settle(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        if !node.has_ready() {
            return;
        }
        let applied = &mut self.applied[at];
        let mut apply = |entries: Vec<Entry>| {
            // A leader's first entry is empty and nobody's command.
            let commands = entries.iter().filter(|entry| !entry.data.is_empty());
            applied.extend(commands.map(|entry| command(&entry.data)));
        };
        let mut ready = node.ready();
        self.queue.extend(ready.take_messages());
        apply(ready.take_committed_entries());
        if !ready.entries().is_empty() {
            node.store().wl().append(ready.entries()).expect("its log has no gap");
        }
        if let Some(state) = ready.hs() {
            node.store().wl().set_hardstate(state.clone());
        }
        self.queue.extend(ready.take_persisted_messages());
        let mut light = node.advance(ready);
        if let Some(commit) = light.commit_index() {
            node.store().wl().mut_hard_state().set_commit(commit);
        }
        self.queue.extend(light.take_messages());
        apply(light.take_committed_entries());
        node.advance_apply();
    }

    fn deliver(&mut self) {
        while let Some(message) = self.queue.pop_front() {
            self.messages += 1;
            let to = message.to as usize - 1;
            self.nodes[to].step(message).expect("only its own messages come");
            self.settle(to);
        }
    }
}

impl<const BATCHED: bool> Engine for Tikv<BATCHED> {
    fn start(nodes: usize, entries: usize) -> Self {
        let logger = Logger::root(Discard, o!());
        let voters: Vec<u64> = (1..=nodes as u64).collect();
        let node = |&id: &u64| {
            let state = ConfState::from((voters.clone(), vec![]));
            let config = Config {
                id,
                election_tick: 10,
                heartbeat_tick: 1,
                max_size_per_msg: 1 << 20,
                batch_append: BATCHED,
                ..Config::default()
            };
            RawNode::new(&config, MemStorage::new_with_conf_state(state), &logger)
                .expect("the configuration is sound")
        };
        let mut engine = Tikv {
            nodes: voters.iter().map(node).collect(),
            queue: VecDeque::new(),
            applied: room(nodes, entries),
            messages: 0,
        };
        engine.nodes[0].campaign().expect("a follower may campaign");
        engine.drain();
        assert_eq!(engine.nodes[0].raft.state, StateRole::Leader);
        engine
    }

    #[inline]
    fn propose(&mut self, command: &Command) {
        self.nodes[0].propose(vec![], command.to_vec()).expect("the leader takes it");
    }

    fn drain(&mut self) {
        self.settle(0);
        self.deliver();
    }

    /// It tells every commit at once.
    fn finish(&mut self) {}

    fn result(&self) -> (&[Vec<Command>], u64) {
        (&self.applied, self.messages)
    }
}
