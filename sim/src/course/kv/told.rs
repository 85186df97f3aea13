//! What the director learns from the nodes: how the calls of clerks end, and how far servers commit.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::{self as raft, Index};
use netsplit_core::replicated::message::{ClerkNumber, Notice, Returned};

use crate::choice::Choice;
use crate::director::{Asserted, Watch};
use crate::scene::Scene;

use super::Recorded;

/// A clerk, by its node and its number there.
pub type ClerkName = (NodeId, ClerkNumber);

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The clerk returned it.
    Returned(Returned),
    /// The one server that it was for sent it away.
    SentAway,
    /// The one server that it was for has crashed.
    Crashed,
}

/// The record.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Calls that are over and were not asked after yet.
    ended: BTreeMap<ClerkName, Ended>,
    /// Calls for one server alone, which end when that one does not do them.
    submitted: BTreeMap<ClerkName, NodeId>,
    max_index: Index,
}

impl Told {
    /// The highest index that a server committed.
    pub fn max_index(&self) -> Index {
        self.max_index
    }

    /// Whether a clerk's call is over.
    pub fn is_over(&self, clerk: ClerkName) -> bool {
        self.ended.contains_key(&clerk)
    }

    /// How a clerk's call ended, if it is over; that is said once.
    pub fn take(&mut self, clerk: ClerkName) -> Option<Ended> {
        self.ended.remove(&clerk)
    }

    /// The next call of a clerk is for one server alone.
    pub fn is_submitted(&mut self, clerk: ClerkName, server: NodeId) {
        self.submitted.insert(clerk, server);
    }

    fn end(&mut self, clerk: ClerkName, ended: Ended) {
        self.submitted.remove(&clerk);
        self.ended.insert(clerk, ended);
    }
}

impl<L: Recorded> Watch<L> for Rc<RefCell<Told>> {
    fn look(&mut self, scene: &Scene<L>, _: &mut VecDeque<Choice>) -> Asserted<()> {
        let mut told = self.borrow_mut();
        let step = scene.world.last();
        if let Choice::Crash { node, .. } = step.choice {
            let waiting = told.submitted.iter().filter(|(_, server)| **server == node);
            let waiting: Vec<ClerkName> = waiting.map(|(clerk, _)| *clerk).collect();
            waiting.into_iter().for_each(|clerk| told.end(clerk, Ended::Crashed));
        }
        let Some(node) = step.node else { return Ok(()) };
        for notice in scene.world.notices() {
            match notice {
                Notice::Returned { clerk, returned, .. } => {
                    told.end((node, *clerk), Ended::Returned(returned.clone()));
                }
                // It goes on to another server, and so the first has refused.
                Notice::Tried { clerk, attempt: 2.., .. }
                    if told.submitted.contains_key(&(node, *clerk)) =>
                {
                    told.end((node, *clerk), Ended::SentAway);
                }
                Notice::Raft(raft::Notice::Committed { index, .. }) => {
                    told.max_index = told.max_index.max(*index);
                }
                _ => {}
            }
        }
        Ok(())
    }
}
