//! What is checked of a sharded store, after every step: its clients' operations over all groups, what
//! becomes of each shard, and Raft's promises in every group.

mod groups;
mod sums;

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{History, Op, OpId, Outcome as OpOutcome};
use netsplit_core::id::NodeId;
use netsplit_core::kv::message::{Call as KvCall, Reply};
use netsplit_core::kv::spec::Kv;
use netsplit_core::machine::Effect;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::entry::Entry;
use netsplit_core::replicated::message::{self as replicated, Outcome, Returned, Wants};
use netsplit_core::replicated::service::Text;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::shardctrl::Gid;
use netsplit_core::shardkv::command::{Command, Reply as GroupReply};
use netsplit_core::shardkv::invariants;
use netsplit_core::shardkv::message::{Message, Notice};
use netsplit_core::shardkv::mutants::Breaks;
use netsplit_core::table::Table;

use crate::check::kv::{KvHistory, property as of_store};
use crate::check::linearizability::{Live, LiveVerdict, Options, Verdict, check_along};
use crate::check::raft::RaftChecks;
use crate::check::service::seen::{LOOK, Seen, times_of};
use crate::check::service::{Checked, key_of, session_of, witness_of, word_of};
use crate::choice::Choice;
use crate::labs::kv::KvLab;
use crate::labs::shardkv::ShardLab;
use crate::property::{Checks, Property, Violation};
use crate::run::{Operations, Points};
use crate::words;
use crate::world::World;

use groups::Groups;

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

use of_store::{ACKNOWLEDGED, BOUNDED, EQUAL_STATE, EXACTLY_ONCE, LINEARIZABLE};
use property::{ANSWERED_FOR, DELETED_BEHIND, IN_ORDER, ONE_OWNER, SHARD_KEPT};

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

/// What a step is checked against.
struct Look<'a> {
    world: &'a World<ShardLab>,
    node: NodeId,
    broken: &'a mut Vec<Violation>,
}

impl Look<'_> {
    fn break_property(
        &mut self,
        property: &'static str,
        index: Option<Index>,
        ops: Vec<OpId>,
        because: String,
    ) {
        let (nodes, moment) = (vec![self.node], self.world.moment());
        let because = Some(because.into());
        let term = None;
        self.broken.push(Violation { property, nodes, index, term, moment, ops, because });
    }

    /// What the acting server breaks together with one of another group.
    fn break_between(&mut self, property: &'static str, other: NodeId, because: String) {
        self.break_property(property, None, Vec::new(), because);
        if let Some(violation) = self.broken.last_mut() {
            violation.nodes.push(other);
        }
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
        Property { id: ONE_OWNER, title: "One group answers for a shard", source: "handout, 4B" },
        Property {
            id: ANSWERED_FOR,
            title: "What is here is answered for",
            source: "handout, 4B, second challenge",
        },
        Property { id: SHARD_KEPT, title: "No shard is lost", source: "handout, 4B" },
        Property {
            id: DELETED_BEHIND,
            title: "Deleted only after it has arrived",
            source: "handout, 4B, first challenge",
        },
        Property { id: IN_ORDER, title: "Configurations in order", source: "handout, 4B" },
        Property { id: EQUAL_STATE, title: "Equal state at equal index", source: "2, Figure 1" },
        Property {
            id: BOUNDED,
            title: "What has left is deleted",
            source: "handout, 4B, first challenge",
        },
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
            return self.observe_client(&mut look);
        }
        let gid = node.group().unwrap_or(0);
        self.raft[gid as usize].observe_peers(world, look.broken);
        if gid > 0 {
            self.observe_server(&mut look);
        } else {
            self.groups.observe_controller(&mut look);
        }
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
            ONE_OWNER | IN_ORDER => self.groups.have_configured(),
            ANSWERED_FOR => self.answered,
            SHARD_KEPT | BOUNDED | DELETED_BEHIND => self.groups.have_moved(),
            EQUAL_STATE => self.groups.were_compared(),
            _ => self.raft.iter().any(|raft| raft.was_tried(property)),
        }
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
        let place = |(id, op): (OpId, &Op<KvCall, Reply>)| {
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

    /// See [`Run::points`](crate::run::Run::points).
    pub(crate) fn points(&self) -> Option<Points> {
        let Verdict::Linearizable(points) = self.decide(LOOK) else { return None };
        Some(times_of(&self.history, points))
    }

    // ── Clients ────────────────────────────────────────────────────────────

    fn observe_client(&mut self, look: &mut Look) {
        let (world, node) = (look.world, look.node);
        if matches!(world.last().choice, Choice::Restart(_)) {
            self.forget_clerks(node, look);
        }
        for effect in &world.last().effects {
            match effect {
                Effect::Notify(Notice::Group(notice)) => self.note_of_client(notice, look),
                Effect::Send { message: Message::Group(replicated::Message::Ask(ask)), .. } => {
                    if let Wants::Command { session, sequence, .. } = &ask.wants {
                        self.note_asked(node, ask.clerk, ask.call, (*session, *sequence));
                    }
                }
                _ => {}
            }
        }
    }

    /// A client that has crashed waits for nothing: nobody knows what became of it.
    fn forget_clerks(&mut self, node: NodeId, look: &mut Look) {
        let of_it = |key: u64| key >> 32 == node.index() as u64;
        let left: Vec<(u64, Open)> =
            self.open.iter().filter(|(key, _)| of_it(**key)).map(|(key, it)| (*key, *it)).collect();
        for (key, open) in left {
            self.open.remove(&key);
            self.history.returned(open.op, look.world.now(), OpOutcome::Unknown);
            self.seen.changed(open.op);
        }
    }

    fn note_of_client(&mut self, notice: &replicated::Notice, look: &mut Look) {
        use replicated::Notice;
        let (node, now) = (look.node, look.world.now());
        match notice {
            Notice::Called { clerk, call, command } => {
                let Some(words) = word_of(command) else { return };
                let session = session_of(look.world, node, *clerk);
                let op = self.history.invoke(session, node, now, words);
                self.open.insert(key_of(node, *clerk), Open { op, call: *call });
                self.seen.called(op, *clerk);
            }
            Notice::Tried { clerk, call, at, .. } => {
                if let Some(op) = self.op_of(node, *clerk, *call) {
                    self.seen.tried(op, now, *at);
                }
            }
            Notice::Returned { clerk, call, returned, from } => {
                let Some(op) = self.op_of(node, *clerk, *call) else { return };
                self.open.remove(&key_of(node, *clerk));
                let told = match returned {
                    Returned::Reply(reply) => Some(reply),
                    _ => None,
                };
                self.seen.returned(op, *from, told);
                let outcome = match returned {
                    Returned::Reply(reply) => match word_of(reply) {
                        Some(reply) => OpOutcome::Ok(reply),
                        None => OpOutcome::Unknown,
                    },
                    Returned::Failed => OpOutcome::Failed,
                    Returned::Unknown => OpOutcome::Unknown,
                };
                self.history.returned(op, now, outcome);
                self.check_answer(op, returned, look);
                self.look_at_history(look);
            }
            _ => {}
        }
    }

    /// The operation that a call under way is.
    fn op_of(&self, node: NodeId, clerk: u32, call: u64) -> Option<OpId> {
        let open = self.open.get(&key_of(node, clerk))?;
        (open.call == call).then_some(open.op)
    }

    fn note_asked(&mut self, node: NodeId, clerk: u32, call: u64, name: (SessionId, u64)) {
        let Some(op) = self.op_of(node, clerk, call) else { return };
        let known = self.asked.get(&name).cloned().unwrap_or_else(|| [].into());
        if !known.contains(&op) {
            self.asked.insert(name, known.iter().copied().chain([op]).collect());
        }
    }

    /// "Answered" means done: the very command has taken effect, and this was its reply.
    fn check_answer(&mut self, op: OpId, returned: &Returned, look: &mut Look) {
        if self.history.get(op).is_none_or(|it| it.call.is_query()) {
            return;
        }
        let told = match (returned, self.done.get(&(op.index() as u64))) {
            (Returned::Reply(_), None) => "done, and it is not".to_owned(),
            (Returned::Reply(reply), Some(done)) if *reply != done.reply => {
                format!("{reply}, and its reply was {}", done.reply)
            }
            (Returned::Failed, Some(_)) => "failed, and it is done".to_owned(),
            _ => return,
        };
        let because = words::service::told_wrong::<KvLab>(&self.history, op, &told);
        look.break_property(ACKNOWLEDGED, None, vec![op], because);
    }

    fn look_at_history(&mut self, look: &mut Look) {
        let before = self.live.verdict();
        if let LiveVerdict::Violation(op) = self.live.look(&self.history)
            && before != LiveVerdict::Violation(op)
        {
            let ops = witness_of::<KvLab>(&self.history, op, &Kv);
            let because = words::service::not_linearizable::<KvLab>(&self.history, op, &ops);
            look.node = self.history.get(op).map_or(look.node, |op| op.node);
            look.break_property(LINEARIZABLE, None, ops, because);
        }
    }

    // ── Servers of groups ──────────────────────────────────────────────────

    fn observe_server(&mut self, look: &mut Look) {
        let (world, node) = (look.world, look.node);
        let mistaken = !world.options().lab.mutants.is_empty();
        self.note_answers(look);
        for notice in world.notices() {
            let Notice::Group(notice) = notice else { continue };
            match notice {
                replicated::Notice::Raft(raft::Notice::Committed { index, entry }) => {
                    self.groups.note_applied(node, *index, world.steps());
                    let (words, session, command) = match Entry::from_bytes(&entry.command) {
                        Some(Entry::Command { session, command, .. }) => {
                            (Some(command.clone()), session, Some(command))
                        }
                        Some(Entry::Own(command)) => (Some(command), 0, None),
                        _ => (None, 0, None),
                    };
                    if let Some(said) = words.and_then(|it| Command::from_text(&it.text())) {
                        self.groups.applies(node, said, session, mistaken);
                    }
                    self.applies[node.index()] = command;
                }
                replicated::Notice::Raft(raft::Notice::Restored { .. }) => {
                    self.groups.restored(node);
                }
                replicated::Notice::Applied {
                    index,
                    session,
                    sequence,
                    outcome: Outcome::Reply(reply),
                    fresh: true,
                } => self.apply((*session, *sequence), *index, reply, look),
                _ => {}
            }
        }
        self.groups.observe(look);
        let server = world.node(node).machine().and_then(|it| it.server());
        if let Some((rule, breaks)) = server.and_then(invariants::broken_rule) {
            let property = if breaks == Breaks::Resource { BOUNDED } else { SHARD_KEPT };
            let because = words::service::out_of_bounds(node, rule);
            look.break_property(property, None, Vec::new(), because);
        }
    }

    /// What clerks were answered: whether it was for this group to say, and how queries were read,
    /// which a server says right before.
    fn note_answers(&mut self, look: &mut Look) {
        let mut reading = None;
        for effect in &look.world.last().effects {
            match effect {
                Effect::Notify(Notice::Group(replicated::Notice::Answered {
                    index,
                    reading: by,
                })) => reading = Some((*by, *index)),
                Effect::Send {
                    to,
                    message: Message::Group(replicated::Message::Answer(answer)),
                    ..
                } => {
                    let reading = reading.take();
                    let op = self.op_of(*to, answer.clerk, answer.call);
                    let (Some(op), Outcome::Reply(reply)) = (op, &answer.outcome) else { continue };
                    if let Some(reading) = reading {
                        self.seen.answered(op, look.node, reply, reading);
                    }
                    self.check_owner(op, reply, look);
                }
                _ => {}
            }
        }
    }

    /// Who answers for a shard has it, and who has it answers.
    fn check_owner(&mut self, op: OpId, reply: &Bytes, look: &mut Look) {
        let machine = look.world.node(look.node).machine();
        let Some(shards) = machine.and_then(|it| it.server()).map(|it| it.shards()) else { return };
        let Some(call) = self.history.get(op).map(|it| &it.call) else { return };
        let shard = shards.shard_of(call);
        let Some(here) = shards.shard(shard) else { return };
        // A step of a change in the same step of the run may stand before the answer, or behind it.
        if !self.groups.stands_still(look.node, shards) {
            return;
        }
        self.answered = true;
        let refuses = match GroupReply::<Reply>::from_text(&reply.text()) {
            Some(GroupReply::Of(_)) => false,
            Some(GroupReply::WrongGroup) => true,
            Some(GroupReply::Done) | None => return,
        };
        match (here.state.serves(), refuses) {
            (false, false) => {
                let because = words::shardkv::answers_for_another(look.node, shard, here.state);
                look.break_property(ONE_OWNER, None, vec![op], because);
            }
            (true, true) => {
                let because = words::shardkv::refuses_its_own(look.node, shard, here.state);
                look.break_property(ANSWERED_FOR, None, vec![op], because);
            }
            _ => {}
        }
    }

    /// A server did a command: for the first time in the run, or as another server did it.
    fn apply(&mut self, name: (SessionId, u64), index: Index, reply: &Bytes, look: &mut Look) {
        let Some(GroupReply::<Reply>::Of(_)) = GroupReply::from_text(&reply.text()) else { return };
        let command = self.applies[look.node.index()].clone();
        let Some(ops) = self.asked.get(&name).cloned() else { return };
        let same = |op: &&OpId| {
            let call = self.history.get(**op).map(|it| it.call.to_text());
            call.map(|text| Bytes::from(text.as_str())) == command
        };
        let Some(op) = ops.iter().find(same).copied() else { return };
        let gid = look.node.group().unwrap_or(0);
        let row = op.index() as u64;
        match self.done.get(&row) {
            None => {
                self.done.insert(row, Done { gid, index, reply: reply.clone() });
                self.seen.changed(op);
            }
            Some(done) if (done.gid, done.index) != (gid, index) => {
                let first = (done.gid, done.index);
                let because = words::shardkv::done_twice(&self.history, op, first, (gid, index));
                look.break_property(EXACTLY_ONCE, Some(index), vec![op], because);
            }
            Some(_) => {}
        }
    }
}
