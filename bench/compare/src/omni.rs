//! `omnipaxos` 0.2 over its own in-memory storage: messages are taken late and
//! so carry all that was appended meanwhile.

use std::collections::VecDeque;

use omnipaxos::messages::Message;
use omnipaxos::storage::{Entry, NoSnapshot};
use omnipaxos::util::LogEntry;
use omnipaxos::{ClusterConfig, OmniPaxos, OmniPaxosConfig, ServerConfig};
use omnipaxos_storage::memory_storage::MemoryStorage;

use crate::engine::{Command, Engine, room};

/// An entry of its log: the 16 bytes themselves, which cost no allocation.
#[derive(Clone, Debug)]
pub struct Fixed(Command);

impl Entry for Fixed {
    type Snapshot = NoSnapshot;
}

/// The cluster. `BATCH` is its own `batch_size`, by default 1.
pub struct Omni<const BATCH: usize> {
    nodes: Vec<OmniPaxos<Fixed, MemoryStorage<Fixed>>>,
    queue: VecDeque<Message<Fixed>>,
    outgoing: Vec<Message<Fixed>>,
    applied: Vec<Vec<Command>>,
    messages: u64,
}

impl<const BATCH: usize> Omni<BATCH> {
    #[inline]
    fn settle(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        node.take_outgoing_messages(&mut self.outgoing);
        self.queue.extend(self.outgoing.drain(..));
        let applied = &mut self.applied[at];
        if node.get_decided_idx() > applied.len() {
            let decided = node.read_decided_suffix(applied.len()).expect("something is decided");
            applied.extend(decided.iter().map(|entry| match entry {
                LogEntry::Decided(Fixed(command)) => *command,
                other => panic!("only commands were appended, not {other:?}"),
            }));
        }
    }

    fn deliver(&mut self) {
        while let Some(message) = self.queue.pop_front() {
            self.messages += 1;
            let to = message.get_receiver() as usize - 1;
            self.nodes[to].handle_incoming(message);
            self.settle(to);
        }
    }
}

impl<const BATCH: usize> Engine for Omni<BATCH> {
    fn start(nodes: usize, entries: usize) -> Self {
        let pids: Vec<u64> = (1..=nodes as u64).collect();
        let node = |&pid: &u64| {
            let config = OmniPaxosConfig {
                cluster_config: ClusterConfig {
                    configuration_id: 1,
                    nodes: pids.clone(),
                    flexible_quorum: None,
                },
                server_config: ServerConfig { pid, batch_size: BATCH, ..ServerConfig::default() },
            };
            config.build(MemoryStorage::default()).expect("the configuration is sound")
        };
        let mut engine = Omni {
            nodes: pids.iter().map(node).collect(),
            queue: VecDeque::new(),
            outgoing: Vec::new(),
            applied: room(nodes, entries),
            messages: 0,
        };
        engine.nodes[0].try_become_leader();
        engine.drain();
        assert_eq!(engine.nodes[0].get_current_leader(), Some((1, true)));
        engine
    }

    #[inline]
    fn propose(&mut self, command: &Command) {
        self.nodes[0].append(Fixed(*command)).expect("no reconfiguration is under way");
    }

    fn drain(&mut self) {
        self.settle(0);
        self.deliver();
    }

    /// It tells every decision at once. What is left of its own batch goes out
    /// with its clock.
    fn finish(&mut self) {
        for _ in 0..if BATCH > 1 { 200 } else { 0 } {
            self.nodes[0].tick();
        }
        self.drain();
    }

    fn result(&self) -> (&[Vec<Command>], u64) {
        (&self.applied, self.messages)
    }
}
