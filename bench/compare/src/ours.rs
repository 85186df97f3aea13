//! Our Raft, through the public contract: a [`Context`], effects in a buffer
//! that is used again, numbered saves. Each save is durable as it is recorded, and
//! the peer hears so at once.
//!
//! The other engines keep one log in memory, which is their disk as well; so does
//! this loop. With `DISK` it also writes every save to a disk, from which a peer
//! could start again: a second log.

use std::collections::VecDeque;

use netsplit_core::id::NodeId;
use netsplit_core::machine::{Context, Disk as _, Effect, Input, Machine};
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message::{Message, Notice, Raft, Request, Timer};
use netsplit_core::raft::options::{CommitTold, Options};
use netsplit_core::raft::peer::Peer;
use netsplit_core::rng::Rng;
use netsplit_core::time::Time;

use crate::engine::{Command, Engine, command, room};

struct Node {
    peer: Peer,
    rng: Rng,
    saves: u64,
    disk: Disk,
}

/// The cluster; with `AT_ONCE` a commit is told at once instead of with the
/// next append.
pub struct Ours<const AT_ONCE: bool, const DISK: bool> {
    nodes: Vec<Node>,
    queue: VecDeque<(NodeId, NodeId, Message)>,
    effects: Vec<Effect<Raft>>,
    applied: Vec<Vec<Command>>,
    messages: u64,
}

impl<const AT_ONCE: bool, const DISK: bool> Ours<AT_ONCE, DISK> {
    /// Lets a node handle an input, and then that its saves are durable.
    #[inline]
    fn handle(&mut self, me: NodeId, mut input: Input<Raft>) {
        let Node { peer, rng, saves, disk } = &mut self.nodes[me.index()];
        loop {
            let before = *saves;
            let mut cx = Context::new(Time::ZERO, me, rng, saves, &mut self.effects);
            peer.handle(input, &mut cx);
            let mut effects = self.effects.drain(..);
            while let Some(next) = effects.as_slice().first() {
                match next {
                    Effect::Save { change, .. } if DISK => disk.write(change),
                    Effect::Notify(Notice::Committed { entry, .. }) => {
                        self.applied[me.index()].push(command(&entry.command));
                    }
                    // Nothing is lost and nobody is slow: timers are not needed.
                    _ => {}
                }
                // A message goes on as it is, without a copy.
                if let Some(Effect::Send { to, message, .. }) = effects.next() {
                    self.queue.push_back((me, to, message));
                }
            }
            drop(effects);
            if *saves == before {
                return;
            }
            input = Input::Durable(*saves);
        }
    }
}

impl<const AT_ONCE: bool, const DISK: bool> Engine for Ours<AT_ONCE, DISK> {
    fn start(nodes: usize, entries: usize) -> Self {
        let ids: Vec<NodeId> = (0..nodes as u32).map(NodeId::from_index).collect();
        let commit_told = if AT_ONCE { CommitTold::AtOnce } else { CommitTold::NextAppend };
        let options = Options { commit_told, ..Options::default() };
        let node = |&id: &NodeId| {
            let disk = Disk::default();
            let peer = Peer::boot(id, &ids, &options, &disk);
            Node { peer, rng: Rng::new(id.index() as u64), saves: 0, disk }
        };
        let mut engine = Ours {
            nodes: ids.iter().map(node).collect(),
            queue: VecDeque::new(),
            effects: Vec::new(),
            applied: room(nodes, entries),
            messages: 0,
        };
        for &id in &ids {
            engine.handle(id, Input::Started);
        }
        engine.handle(LEADER, Input::Fired(Timer::Election));
        engine.drain();
        engine
    }

    #[inline]
    fn propose(&mut self, command: &Command) {
        self.handle(LEADER, Input::Requested(Request::Propose(command[..].into())));
    }

    fn drain(&mut self) {
        while let Some((from, to, message)) = self.queue.pop_front() {
            self.messages += 1;
            self.handle(to, Input::Received { from, message });
        }
    }

    /// Followers learn the last commit from a heartbeat.
    fn finish(&mut self) {
        self.handle(LEADER, Input::Fired(Timer::Heartbeat));
        self.drain();
    }

    fn result(&self) -> (&[Vec<Command>], u64) {
        (&self.applied, self.messages)
    }
}

/// The node whose election timer runs out first.
const LEADER: NodeId = NodeId::from_index(0);
