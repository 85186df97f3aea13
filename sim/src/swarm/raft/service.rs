//! The service above Raft: a state machine on each node that applies what is
//! committed and, every so many entries, hands a snapshot of itself down.
//!
//! Its state is how many entries it applied and a digest of them all, so that
//! two services agree exactly when they applied the same entries in the same
//! order. A snapshot is that state as text, filled up to a size.

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::{Index, Notice};

use crate::choice::Choice;
use crate::fingerprint::Fingerprint;
use crate::labs::raft::RaftLab;
use crate::world::World;

use super::Snapshots;

/// The service of one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The last entry applied.
    pub applied: Index,
    /// A digest of all entries applied, in order.
    pub digest: u64,
    /// What the last snapshot covers.
    covered: Index,
}

/// The services of all nodes.
#[derive(Clone, Debug)]
pub struct Service {
    states: Vec<State>,
    snapshots: Snapshots,
}

impl Service {
    /// Services of so many nodes that take these snapshots.
    pub fn new(nodes: u32, snapshots: Snapshots) -> Service {
        Service { states: vec![State::default(); nodes as usize], snapshots }
    }

    /// The state of a node's service.
    pub fn state(&self, node: NodeId) -> State {
        self.states[node.index()]
    }

    /// Looks at the step just made. Returns a snapshot that is to be handed
    /// down: which node asks, and its words.
    pub fn observe(&mut self, world: &World<RaftLab>) -> Option<(NodeId, String)> {
        let step = world.last();
        if let Choice::Restart(node) = step.choice {
            // Memory is gone; what a snapshot holds comes back with Restored.
            self.states[node.index()] = State::default();
        }
        let node = step.node?;
        let state = &mut self.states[node.index()];
        for notice in world.notices() {
            match notice {
                Notice::Committed { index, entry } => {
                    state.applied = *index;
                    state.digest = Fingerprint::of(&(state.digest, entry));
                }
                Notice::Restored { index, data, .. } => {
                    state.applied = *index;
                    state.covered = *index;
                    // A snapshot of somebody else's making restores nothing.
                    state.digest = digest_in(&data.text()).unwrap_or(0);
                }
                _ => {}
            }
        }
        let Snapshots { every, bytes } = self.snapshots;
        let due = every > 0 && state.applied >= state.covered + every;
        if !due || matches!(step.choice, Choice::Request(..)) {
            return None;
        }
        state.covered = state.applied;
        let mut words = format!("snapshot {} {:016x}", state.applied, state.digest);
        let fill = (words.len()..bytes as usize).map(|place| char::from(b'a' + (place % 26) as u8));
        words.extend(fill);
        Some((node, words))
    }
}

/// The digest at the beginning of a snapshot.
fn digest_in(text: &str) -> Option<u64> {
    u64::from_str_radix(text.get(..16)?, 16).ok()
}
