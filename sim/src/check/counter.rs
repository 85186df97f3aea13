//! What is checked of a replicated counter: what its Raft promises, after every step; and at the end,
//! whether all that was asked and answered has an order, from the [history](CounterChecks::history).

use std::collections::BTreeMap;

use netsplit_core::history::{History, OpId, Outcome, Session};
use netsplit_core::id::NodeId;
use netsplit_core::replicated::counter::Command;
use netsplit_core::replicated::message::{ClerkNumber, Notice, Returned};
use netsplit_core::replicated::service::Text;

use crate::check::raft::RaftChecks;
use crate::labs::counter::CounterLab;
use crate::property::{Checks, Property, Violation};
use crate::world::World;

/// The checks of one run of a counter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CounterChecks {
    raft: RaftChecks,
    history: History<Command, i64>,
    /// What each clerk waits for.
    open: BTreeMap<(NodeId, ClerkNumber), OpId>,
}

impl Checks<CounterLab> for CounterChecks {
    const PROPERTIES: &'static [Property] = RaftChecks::PROPERTIES;

    fn observe(&mut self, world: &World<CounterLab>, broken: &mut Vec<Violation>) {
        self.raft.observe_peers(world, broken);
        let (now, Some(node)) = (world.now(), world.last().node) else { return };
        for notice in world.notices() {
            match notice {
                Notice::Called { clerk, command, .. } => {
                    let text = std::str::from_utf8(command).ok();
                    let Some(call) = text.and_then(Command::from_text) else { continue };
                    let session = Session(clerk * world.cast().clients + node.number());
                    let op = self.history.invoke(session, node, now, call);
                    self.open.insert((node, *clerk), op);
                }
                Notice::Returned { clerk, returned, .. } => {
                    let Some(op) = self.open.remove(&(node, *clerk)) else { continue };
                    self.history.returned(op, now, outcome(returned));
                }
                _ => {}
            }
        }
    }
}

impl CounterChecks {
    /// What the clients asked so far, and what they were told.
    pub fn history(&self) -> &History<Command, i64> {
        &self.history
    }
}

fn outcome(returned: &Returned) -> Outcome<i64> {
    match returned {
        Returned::Reply(reply) => {
            let number = std::str::from_utf8(reply).ok().and_then(i64::from_text);
            // An answer that no counter gives says nothing of what was done.
            number.map_or(Outcome::Unknown, Outcome::Ok)
        }
        Returned::Failed => Outcome::Failed,
        Returned::Unknown => Outcome::Unknown,
    }
}
