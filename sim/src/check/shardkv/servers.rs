//! What a server of a group does with what it is asked: whether it is for its group to answer, and
//! whether a command takes effect once, over all groups.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::kv::message::Reply;
use netsplit_core::machine::Effect;
use netsplit_core::raft::message as raft;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::entry::Entry;
use netsplit_core::replicated::message::{self as replicated, Outcome};
use netsplit_core::replicated::options::Reading;
use netsplit_core::replicated::service::Text as _;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::shardkv::command::{Command, Reply as GroupReply};
use netsplit_core::shardkv::message::{Message, Notice};

use super::property::{ANSWERED_FOR, ONE_OWNER};
use super::{Done, ShardChecks, passages};
use crate::check::groups::Grouped as _;
use crate::check::kv::property::EXACTLY_ONCE;
use crate::check::look::Look;
use crate::labs::shardkv::ShardLab;
use crate::run::Passage;
use crate::words;

impl ShardChecks {
    pub(super) fn observe_server(&mut self, look: &mut Look<ShardLab>) {
        let (world, node) = (look.world, look.node);
        let mistaken = !world.options().lab.mutants.is_empty();
        let server = world.node(node).machine().and_then(ShardLab::server);
        // Entries applied that say something of shards, each with the one it is about, or all.
        let mut steps = Vec::new();
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

    /// What clerks were answered: whether it was for this group to say, and how queries were read.
    /// Of that a node hears from the peer of the group within it when all of its answers are sent: in
    /// the same order.
    fn note_answers(&mut self, look: &mut Look<ShardLab>) {
        let effects = &look.world.last().effects;
        let answers = effects.iter().filter_map(|effect| match effect {
            Effect::Send {
                to,
                message: Message::Group(replicated::Message::Answer(answer)),
                ..
            } => match &answer.outcome {
                Outcome::Reply(reply) => Some((self.op_of(*to, answer.clerk, answer.call), reply)),
                _ => None,
            },
            _ => None,
        });
        let answers: Vec<(Option<OpId>, &Bytes)> = answers.collect();
        if answers.is_empty() {
            return;
        }
        let readings = effects.iter().filter_map(|effect| match effect {
            Effect::Notify(Notice::Group(replicated::Notice::Answered { index, reading })) => {
                Some((*reading, *index))
            }
            _ => None,
        });
        let readings: Vec<(Reading, Index)> = readings.collect();
        let may_be_query = |op: OpId| self.history.get(op).is_some_and(|it| it.call.is_query());
        let of_queries = answers.iter().filter(|(op, _)| op.is_none_or(may_be_query));
        let of_queries: Vec<&(Option<OpId>, &Bytes)> = of_queries.collect();
        // An answer to a call that is over may be of a command as well.
        if of_queries.len() == readings.len() {
            for ((op, reply), reading) in of_queries.into_iter().zip(readings) {
                let Some(op) = *op else { continue };
                self.seen.answered(op, look.node, reply, reading);
                self.pass(Passage::Read { op, index: reading.1 }, look);
            }
        }
        for (op, reply) in answers {
            if let Some(op) = op {
                self.check_owner(op, reply, look);
            }
        }
    }

    /// Who answers for a shard has it, and who has it answers.
    fn check_owner(&mut self, op: OpId, reply: &Bytes, look: &mut Look<ShardLab>) {
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
