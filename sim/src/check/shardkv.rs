//! What is checked of a sharded store, after every step: its clients' operations over all groups, what
//! becomes of each shard, and Raft's promises in every group.

mod passages;

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{History, OpId, Outcome as OpOutcome};
use netsplit_core::id::NodeId;
use netsplit_core::kv::message::{Call, Reply};
use netsplit_core::kv::spec::Kv;
use netsplit_core::kv::store::Store;
use netsplit_core::machine::Effect;
use netsplit_core::pieces::Pieces;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::entry::Entry;
use netsplit_core::replicated::message::{self as replicated, Outcome, Returned, Wants};
use netsplit_core::replicated::server::Server;
use netsplit_core::replicated::service::Text;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::shardctrl::Gid;
use netsplit_core::shardctrl::controller::Controller;
use netsplit_core::shardkv::command::{Command, Reply as GroupReply};
use netsplit_core::shardkv::message::{Message, Notice};
use netsplit_core::shardkv::node::Node;
use netsplit_core::shardkv::server::ShardServer;
use netsplit_core::table::Table;

use crate::check::groups::{self, Grouped, Groups, Keys, Summed};
use crate::check::kv::{KvHistory, property as of_store};
use crate::check::linearizability::{self, Live, LiveVerdict, Options, Verdict};
use crate::check::look::Look;
use crate::check::raft::RaftChecks;
use crate::check::service::seen::{LOOK, Seen, times_of};
use crate::check::service::{Checked, key_of, session_of, witness_of, word_of};
use crate::choice::Choice;
use crate::fingerprint::Fingerprint;
use crate::labs::kv::KvLab;
use crate::labs::shardkv::ShardLab;
use crate::property::{Checks, Property, Violation};
use crate::run::{Operations, Passage, Passages, Passed, Points};
use crate::words;
use crate::world::World;

/// Names of the properties, beside those of the store and of Raft.
pub mod property {
    /// At most one group answers for a shard.
    pub const ONE_OWNER: &str = "one-owner";
    /// A shard is nowhere lost: what arrives is what left, and what left is kept until then.
    pub const SHARD_KEPT: &str = "shard-kept";
    /// Groups take configurations in order, one at a time, and the controller's.
    pub const IN_ORDER: &str = "configurations-in-order";
}

use of_store::{ACKNOWLEDGED, EXACTLY_ONCE, LINEARIZABLE};

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
        groups::PROPERTIES[0],
        groups::PROPERTIES[1],
        groups::PROPERTIES[2],
        groups::PROPERTIES[3],
        groups::PROPERTIES[4],
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

    /// Whether the history is linearizable, all of it at once, within so many configurations.
    pub fn decide(&self, budget: u64) -> Verdict<Bytes, netsplit_core::kv::spec::Held> {
        let options = Options { budget, ..Options::default() };
        linearizability::check(&Kv, &self.history, &options).verdict
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

    // ── Clients ────────────────────────────────────────────────────────────

    fn observe_client(&mut self, look: &mut Look<ShardLab>) {
        let (world, node) = (look.world, look.node);
        if matches!(world.last().choice, Choice::Restart(_)) {
            self.forget_clerks(node, look);
        }
        for effect in &world.last().effects {
            match effect {
                Effect::Notify(Notice::Group(notice)) => self.note_of_client(notice, look),
                Effect::Notify(Notice::Learned { at }) => {
                    self.pass(Passage::Learned { number: *at }, look);
                }
                Effect::Notify(Notice::WrongGroup { clerk, call, from }) => {
                    if let Some(op) = self.op_of(node, *clerk, *call) {
                        self.pass(Passage::Refused { op, by: *from }, look);
                    }
                }
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
    fn forget_clerks(&mut self, node: NodeId, look: &mut Look<ShardLab>) {
        let of_it = |key: u64| key >> 32 == node.index() as u64;
        let left: Vec<(u64, Open)> =
            self.open.iter().filter(|(key, _)| of_it(**key)).map(|(key, it)| (*key, *it)).collect();
        for (key, open) in left {
            self.open.remove(&key);
            self.history.returned(open.op, look.world.now(), OpOutcome::Unknown);
            self.seen.changed(open.op);
        }
    }

    fn note_of_client(&mut self, notice: &replicated::Notice, look: &mut Look<ShardLab>) {
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
    fn check_answer(&mut self, op: OpId, returned: &Returned, look: &mut Look<ShardLab>) {
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

    fn look_at_history(&mut self, look: &mut Look<ShardLab>) {
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

    fn observe_server(&mut self, look: &mut Look<ShardLab>) {
        let (world, node) = (look.world, look.node);
        let mistaken = !world.options().lab.mutants.is_empty();
        let server = world.node(node).machine().and_then(ShardLab::server);
        // Entries applied that say something of shards, each with the one it is about, or all.
        let mut steps = Vec::new();
        self.note_readings(look);
        for notice in world.notices() {
            let Notice::Group(notice) = notice else { continue };
            match notice {
                replicated::Notice::Raft(raft::Notice::Committed { index, entry }) => {
                    let (words, session, command) = match Entry::from_bytes(&entry.command) {
                        Some(Entry::Command { session, command, .. }) => {
                            (Some(command.clone()), session, Some(command))
                        }
                        Some(Entry::Own(command)) => (Some(command), 0, None),
                        _ => (None, 0, None),
                    };
                    let said = words.and_then(|it| Command::from_text(&it.text()));
                    if let (Some(said), Some(server)) = (said, server) {
                        steps.extend(passages::about(&said).map(|shard| (*index, shard)));
                        self.groups.applies(node, &said, server.shards(), session, mistaken);
                    }
                    self.applies[node.index()] = command;
                }
                replicated::Notice::Raft(raft::Notice::Proposed { index, .. }) => {
                    self.note_logged(*index, look);
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
        let applied = server.map_or(0, |server| server.group().applied());
        for (shard, state) in self.groups.observe(look) {
            self.pass(passages::stands(shard, state, applied, &steps), look);
        }
    }

    /// How queries were answered: a server says so right before it answers.
    fn note_readings(&mut self, look: &mut Look<ShardLab>) {
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
                    let op = self.op_of(*to, answer.clerk, answer.call);
                    if let (Some(op), Some(reading), Outcome::Reply(reply)) =
                        (op, reading.take(), &answer.outcome)
                    {
                        self.seen.answered(op, look.node, reply, reading);
                        let is_query = self.history.get(op).is_some_and(|it| it.call.is_query());
                        if is_query {
                            self.pass(Passage::Read { op, index: reading.1 }, look);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The operation that was asked for under this name, in these words.
    fn op_asked(&self, name: (SessionId, u64), command: &Bytes) -> Option<OpId> {
        let same = |op: &&OpId| {
            let call = self.history.get(**op).map(|it| it.call.to_text());
            call.is_some_and(|text| Bytes::from(text.as_str()) == *command)
        };
        self.asked.get(&name)?.iter().find(same).copied()
    }

    /// A leader has put something into its log.
    fn note_logged(&mut self, index: Index, look: &mut Look<ShardLab>) {
        let peer = look.world.node(look.node).machine().and_then(|it| it.peer());
        let entry = peer.and_then(|peer| peer.log().get(index));
        let Some(Entry::Command { session, sequence, command }) =
            entry.and_then(|entry| Entry::from_bytes(&entry.command))
        else {
            return;
        };
        if let Some(op) = self.op_asked((session, sequence), &command) {
            self.pass(Passage::Logged { op, index }, look);
        }
    }

    /// A server did a command: for the first time in the run, or as another server did it.
    fn apply(
        &mut self,
        name: (SessionId, u64),
        index: Index,
        reply: &Bytes,
        look: &mut Look<ShardLab>,
    ) {
        let Some(GroupReply::<Reply>::Of(_)) = GroupReply::from_text(&reply.text()) else { return };
        let Some(command) = self.applies[look.node.index()].clone() else { return };
        let Some(op) = self.op_asked(name, &command) else { return };
        let gid = look.node.group().unwrap_or(0);
        let row = op.index() as u64;
        match self.done.get(&row) {
            None => {
                self.done.insert(row, Done { gid, index, reply: reply.clone() });
                self.seen.changed(op);
                self.pass(Passage::Done { op, index }, look);
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
