//! `raft-io` 1.0: one step in, a vector of actions out.

use std::collections::VecDeque;

use raft_io::{Action, Event, Message, RaftConfig, RaftNode};

use crate::engine::{Command, Engine, command, room};

/// The cluster.
pub struct RaftIo {
    nodes: Vec<RaftNode>,
    queue: VecDeque<(usize, Message)>,
    applied: Vec<Vec<Command>>,
    messages: u64,
}

impl RaftIo {
    #[inline]
    fn step(&mut self, at: usize, event: Event) {
        for action in self.nodes[at].step(event).expect("memory does not fail") {
            match action {
                Action::Send { to, message } => self.queue.push_back((to as usize - 1, message)),
                Action::Apply { command: bytes, .. } => self.applied[at].push(command(&bytes)),
                _ => {}
            }
        }
    }
}

impl Engine for RaftIo {
    fn start(nodes: usize, entries: usize) -> Self {
        let ids: Vec<u64> = (1..=nodes as u64).collect();
        let mut engine = RaftIo {
            nodes: ids.iter().map(|&id| RaftNode::new(RaftConfig::new(id, ids.clone()))).collect(),
            queue: VecDeque::new(),
            applied: room(nodes, entries),
            messages: 0,
        };
        while !engine.nodes[0].is_leader() {
            engine.step(0, Event::Tick);
            engine.drain();
        }
        engine
    }

    #[inline]
    fn propose(&mut self, command: &Command) {
        self.step(0, Event::Propose(command.to_vec()));
    }

    fn drain(&mut self) {
        while let Some((to, message)) = self.queue.pop_front() {
            self.messages += 1;
            self.step(to, Event::Message(message));
        }
    }

    /// Followers learn the last commit from heartbeats.
    fn finish(&mut self) {
        for _ in 0..self.nodes[0].commit_index().min(8) {
            self.step(0, Event::Tick);
            self.drain();
        }
    }

    fn result(&self) -> (&[Vec<Command>], u64) {
        (&self.applied, self.messages)
    }
}
