//! What is checked of a sharded store, after every step: its clients' operations over all groups, what
//! becomes of each shard, and Raft's promises in every group.

mod clients;
mod passages;
mod servers;

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{History, Op, OpId};
use netsplit_core::kv::message::{Call, Reply};
use netsplit_core::kv::spec::Kv;
use netsplit_core::kv::store::Store;
use netsplit_core::pieces::Pieces;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::server::Server;
use netsplit_core::shardctrl::Gid;
use netsplit_core::shardctrl::controller::Controller;
use netsplit_core::shardkv::node::Node;
use netsplit_core::shardkv::server::ShardServer;
use netsplit_core::table::Table;

use crate::check::groups::{self, Grouped, Groups, Keys, Summed};
use crate::check::kv::{KvHistory, property as of_store};
use crate::check::linearizability::{Live, LiveVerdict, Options, Verdict, check_along};
use crate::check::look::Look;
use crate::check::raft::RaftChecks;
use crate::check::service::Checked;
use crate::check::service::seen::{LOOK, Seen, times_of};
use crate::choice::Choice;
use crate::fingerprint::Fingerprint;
use crate::labs::kv::KvLab;
use crate::labs::shardkv::ShardLab;
use crate::property::{Checks, Property, Violation};
use crate::run::{Operations, Passage, Passages, Passed, Points};
use crate::world::World;

/// Names of the properties, beside those of the store and of Raft.
pub mod property {
    /// At most one group answers for a shard.
    pub const ONE_OWNER: &str = "one-owner";
    /// What a group has, and has been given, it answers for, whatever else is on its way.
    pub const ANSWERED_FOR: &str = "answered-for";
    /// A shard is nowhere lost: what arrives is what left.
    pub const SHARD_KEPT: &str = "shard-kept";
    /// What left is deleted only once it is in the log of the group that is to have it.
    pub const DELETED_BEHIND: &str = "deleted-after-arrival";
    /// Groups take configurations in order, one at a time, and the controller's.
    pub const IN_ORDER: &str = "configurations-in-order";
}

use of_store::{ACKNOWLEDGED, EXACTLY_ONCE, LINEARIZABLE};
use property::ANSWERED_FOR;

/// A call under way at a clerk.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Open {
    op: OpId,
    call: u64,
}

/// A command that took effect.
#[derive(Clone, Debug, PartialEq)]
struct Done {
    gid: Gid,
    index: Index,
    reply: Bytes,
}

/// The checks of one run of a sharded store.
#[derive(Clone, Debug)]
pub struct ShardChecks {
    /// The controller's, and then each group's.
    raft: Vec<RaftChecks>,
    history: KvHistory,
    live: Live<Kv>,
    /// By clerk: what it waits for.
    open: Table<u64, Open>,
    /// By session and number: the operations that were asked for under them.
    asked: Table<(u64, u64), Rc<[OpId]>>,
    /// By operation: its effect.
    done: Table<u64, Done>,
    /// By server: the command of the entry that it applies.
    applies: Vec<Option<Bytes>>,
    groups: Groups,
    /// A server has answered what a shard of its group was asked.
    answered: bool,
    seen: Seen,
    /// What shards and operations passed.
    passed: Pieces<Passed>,
}

impl Default for ShardChecks {
    fn default() -> ShardChecks {
        ShardChecks {
            raft: Vec::new(),
            history: History::new(),
            live: Live::new(Kv, KvLab::BUDGET),
            open: Table::default(),
            asked: Table::default(),
            done: Table::default(),
            applies: Vec::new(),
            groups: Groups::default(),
            answered: false,
            seen: Seen::default(),
            passed: Pieces::default(),
        }
    }
}

/// Where the histories are the same, so is what the live check thinks of them.
impl PartialEq for ShardChecks {
    fn eq(&self, other: &ShardChecks) -> bool {
        self.raft == other.raft
            && self.history == other.history
            && self.open == other.open
            && self.done == other.done
            && self.groups == other.groups
    }
}

impl Checks<ShardLab> for ShardChecks {
    const PROPERTIES: &'static [Property] = &[
        Property {
            id: LINEARIZABLE,
            title: "Linearizable",
            source: "Herlihy and Wing 1990; dissertation 6.3",
        },
        Property { id: EXACTLY_ONCE, title: "Exactly once", source: "dissertation 6.3" },
        Property {
            id: ACKNOWLEDGED,
            title: "What was acknowledged is done",
            source: "dissertation 6.3",
        },
        Property {
            id: ANSWERED_FOR,
            title: "What is here is answered for",
            source: "handout, 4B, second challenge",
        },
        groups::PROPERTIES[0],
        groups::PROPERTIES[1],
        groups::PROPERTIES[2],
        groups::PROPERTIES[3],
        groups::PROPERTIES[4],
        groups::PROPERTIES[5],
        RaftChecks::PROPERTIES[0],
        RaftChecks::PROPERTIES[1],
        RaftChecks::PROPERTIES[2],
        RaftChecks::PROPERTIES[3],
        RaftChecks::PROPERTIES[4],
        RaftChecks::PROPERTIES[5],
        RaftChecks::PROPERTIES[6],
    ];

    fn observe(&mut self, world: &World<ShardLab>, broken: &mut Vec<Violation>) {
        let cast = world.cast();
        if self.raft.is_empty() {
            self.raft = vec![RaftChecks::default(); cast.groups.count as usize + 1];
            self.applies = vec![None; cast.servers as usize];
        }
        let step = world.last();
        let acting = match step.choice {
            Choice::Crash { node, .. } | Choice::Wipe(node) | Choice::Persist(node) => Some(node),
            _ => step.node,
        };
        let Some(node) = acting else { return };
        let mut look = Look { world, node, broken };
        if node.is_client() {
            self.observe_client(&mut look);
        } else {
            let gid = node.group().unwrap_or(0);
            self.raft[gid as usize].observe_peers(world, look.broken);
            match gid {
                0 => {
                    let news = self.groups.observe_controller(&mut look);
                    passages::configured(&news, &look).for_each(|it| self.pass(it, &look));
                }
                _ => self.observe_server(&mut look),
            }
        }
        passages::left(world).for_each(|passed| self.passed.push(passed));
    }

    fn undecided(&self) -> Vec<(&'static str, u64)> {
        match self.live.verdict() {
            LiveVerdict::NotDecided { states } => vec![(LINEARIZABLE, states)],
            _ => Vec::new(),
        }
    }

    fn was_tried(&self, property: &str) -> bool {
        match property {
            LINEARIZABLE => self.history.iter().any(|(_, op)| op.returned.is_some()),
            EXACTLY_ONCE | ACKNOWLEDGED => !self.done.is_empty(),
            ANSWERED_FOR => self.answered,
            _ => {
                let of_raft = || self.raft.iter().any(|raft| raft.was_tried(property));
                self.groups.were_tried(property).unwrap_or_else(of_raft)
            }
        }
    }
}

impl Grouped for ShardLab {
    type Content = Store;

    fn controller(node: &Node) -> Option<&Server<Controller>> {
        node.controller()
    }

    fn server(node: &Node) -> Option<&ShardServer> {
        node.server()
    }
}

impl Summed for Store {
    fn keys(&self) -> impl Iterator<Item = &Bytes> {
        self.iter().map(|(key, _)| key)
    }

    fn of_key(&self, key: &Bytes) -> Option<u64> {
        self.get(key).map(|held| Fingerprint::of(&(key, held)))
    }

    fn changes(call: &Call) -> Keys {
        Keys::One(call.key().clone())
    }
}

impl ShardChecks {
    /// What the clients asked of the store so far, and what they were told.
    pub fn history(&self) -> &KvHistory {
        &self.history
    }

    /// The checks of the Raft in a group; 0 is the controller's.
    pub fn raft(&self, gid: Gid) -> Option<&RaftChecks> {
        self.raft.get(gid as usize)
    }

    /// Where an operation took effect: in which group's log, and at which index.
    pub fn done_at(&self, op: OpId) -> Option<(Gid, Index)> {
        self.done.get(&(op.index() as u64)).map(|done| (done.gid, done.index))
    }

    /// See [`Run::operations`](crate::run::Run::operations).
    pub(crate) fn operations(&self, since: u64) -> Operations {
        let done = |op| self.done_at(op).map(|(_, index)| index);
        self.seen.operations::<KvLab>(&self.history, &done, since)
    }

    /// The order in which servers say that operations took effect: commands when the first server
    /// of any group did them, queries behind what they were answered as of. A group gives a shard
    /// away when it has done all that it will do to it, so this is the order of each key, whichever
    /// groups had it.
    fn order_told(&self) -> Vec<OpId> {
        let place = |(id, op): (OpId, &Op<Call, Reply>)| {
            let is_query = op.call.is_query();
            let (gid, index) = match is_query {
                true => op.reply().and(self.seen.read_as_of(id))?,
                false => self.done_at(id)?,
            };
            let step = self.groups.first_applied(gid, index)?;
            Some((step, index, is_query, op.invoked.rank, id))
        };
        let mut order: Vec<_> = self.history.iter().filter_map(place).collect();
        order.sort_unstable();
        order.into_iter().map(|(.., id)| id).collect()
    }

    /// Whether the history is linearizable, all of it at once: first by the order that servers tell,
    /// then by a search of so many configurations at most.
    pub fn decide(&self, budget: u64) -> Verdict<Bytes, netsplit_core::kv::spec::Held> {
        let options = Options { budget, ..Options::default() };
        check_along(&Kv, &self.history, &self.order_told(), &options).verdict
    }

    /// See [`Run::passages`](crate::run::Run::passages).
    pub(crate) fn passages(&self, since: u64) -> Passages {
        let from = usize::try_from(since).unwrap_or(usize::MAX);
        let news = self.passed.iter_from(from).cloned().collect();
        Passages { count: self.passed.len() as u64, news }
    }

    /// Something is passed at the node in this step.
    fn pass(&mut self, what: Passage, look: &Look<ShardLab>) {
        self.passed.push(Passed { moment: look.world.moment(), node: look.node, what });
    }

    /// See [`Run::points`](crate::run::Run::points).
    pub(crate) fn points(&self) -> Option<Points> {
        let Verdict::Linearizable(points) = self.decide(LOOK) else { return None };
        Some(times_of(&self.history, points))
    }
}
