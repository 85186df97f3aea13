//! What the director learns from the nodes: how calls of the store and of the controller end, and how
//! far the groups commit.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::raft::message::{self as raft, Index};
use netsplit_core::replicated::message::{ClerkNumber, Notice as OfService, Returned};
use netsplit_core::shardctrl::Gid;
use netsplit_core::shardkv::message::Notice;

use crate::choice::Choice;
use crate::director::{Asserted, Watch};
use crate::labs::shardkv::ShardLab;
use crate::scene::Scene;

/// Who is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Called {
    /// A clerk of the store.
    Store(NodeId, ClerkNumber),
    /// The clerk of a client for what a person asks of the controller.
    Controller(NodeId),
}

/// The record.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Calls that are over and were not asked after yet.
    ended: BTreeMap<Called, Returned>,
    /// By group, 0 for the controller: the highest index that a server committed.
    highest: BTreeMap<Gid, Index>,
}

impl Told {
    /// The highest indices that were committed, those of all groups together.
    pub fn commits(&self) -> u64 {
        self.highest.values().sum()
    }

    /// Whether a call is over.
    pub fn is_over(&self, call: Called) -> bool {
        self.ended.contains_key(&call)
    }

    /// How a call ended, if it is over; that is said once.
    pub fn take(&mut self, call: Called) -> Option<Returned> {
        self.ended.remove(&call)
    }
}

impl Watch<ShardLab> for Rc<RefCell<Told>> {
    fn look(&mut self, scene: &Scene<ShardLab>, _: &mut VecDeque<Choice>) -> Asserted<()> {
        let mut told = self.borrow_mut();
        let Some(node) = scene.world.last().node else { return Ok(()) };
        for notice in scene.world.notices() {
            let (notice, is_controller) = match notice {
                Notice::Group(notice) => (notice, false),
                Notice::Controller(notice) => (notice, true),
                _ => continue,
            };
            match notice {
                OfService::Returned { clerk, returned, .. } => {
                    let call = match is_controller {
                        true => Called::Controller(node),
                        false => Called::Store(node, *clerk),
                    };
                    told.ended.insert(call, returned.clone());
                }
                OfService::Raft(raft::Notice::Committed { index, .. }) => {
                    let highest = told.highest.entry(node.group().unwrap_or(0)).or_default();
                    *highest = (*highest).max(*index);
                }
                _ => {}
            }
        }
        Ok(())
    }
}
