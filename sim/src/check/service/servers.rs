//! What is checked of servers: each command that they apply, and how they stand.

use netsplit_core::bytes::Bytes;
use netsplit_core::history::OpId;
use netsplit_core::machine::Effect;
use netsplit_core::raft::message::{self as raft, Index};
use netsplit_core::replicated::entry::Entry;
use netsplit_core::replicated::message::{Message, Notice, Outcome};
use netsplit_core::replicated::options::Kept;
use netsplit_core::replicated::service::Text;
use netsplit_core::replicated::sessions::SessionId;

use crate::check::look::Look;
use crate::choice::Choice;
use crate::labs::kv::Node;
use crate::words;
use crate::world::World;

use super::property::{BOUNDED, EQUAL_STATE, EXACTLY_ONCE};
use super::{Breach, Checked, Did, Done, Known, Own, ServiceChecks, word_of};

impl<L: Checked> ServiceChecks<L> {
    pub(super) fn observe_server(&mut self, look: &mut Look<'_, L>) {
        let (world, node) = (look.world, look.node);
        if self.servers.is_empty() {
            self.servers = vec![Known::default(); world.cast().servers as usize];
        }
        let started = matches!(world.last().choice, Choice::Restart(_));
        if started {
            self.states.forget(node);
        }
        let mut did = Did { started, restored: false, commands: Vec::new() };
        self.note_readings(look);
        for notice in world.notices() {
            match notice {
                Notice::Raft(raft::Notice::Committed { index, entry }) => {
                    let command = match Entry::from_bytes(&entry.command) {
                        Some(Entry::Command { command, .. }) => Some(command),
                        _ => None,
                    };
                    self.states.applies(node, *index, command.as_ref());
                    self.servers[node.index()].command = command;
                }
                Notice::Raft(raft::Notice::Restored { .. }) => {
                    self.states.restored(node);
                    did.restored = true;
                }
                Notice::Session { session, .. } => self.states.touches(node, *session),
                Notice::Applied { index, session, sequence, outcome, fresh } => {
                    self.states.touches(node, *session);
                    if let (true, Outcome::Reply(reply)) = (*fresh, outcome) {
                        let command = self.servers[node.index()].command.as_ref();
                        did.commands.extend(command.and_then(word_of));
                        self.apply((*session, *sequence), *index, reply, look);
                    }
                }
                _ => {}
            }
        }
        let Some(Node::Server(server)) = world.node(node).machine() else { return };
        if let Some(differs) = self.states.compare(node, server) {
            let because = words::service::states_differ(node, differs, server.applied());
            look.break_property(EQUAL_STATE, Some(server.applied()), Vec::new(), because);
        }
        if let Some(rule) = L::broken_rule(server) {
            let because = words::service::out_of_bounds(node, rule);
            look.break_property(BOUNDED, None, Vec::new(), because);
        }
        for Breach { property, ops, because } in self.own.look_at(node, server, &did) {
            look.break_property(property, Some(server.applied()), ops, because);
        }
    }

    /// How queries were answered: a server says so right before it answers.
    fn note_readings(&mut self, look: &mut Look<'_, L>) {
        let mut reading = None;
        for effect in &look.world.last().effects {
            match effect {
                Effect::Notify(Notice::Answered { index, reading: by }) => {
                    reading = Some((*by, *index));
                }
                Effect::Send { to, message: Message::Answer(answer), .. } => {
                    let op = self.op_of(*to, answer.clerk, answer.call);
                    if let (Some(op), Some(reading), Outcome::Reply(reply)) =
                        (op, reading.take(), &answer.outcome)
                    {
                        self.seen.answered(op, look.node, reply, reading);
                    }
                }
                _ => {}
            }
        }
    }

    /// A server did a command: for the first time in the run, or as another server did it.
    fn apply(
        &mut self,
        name: (SessionId, u64),
        index: Index,
        reply: &Bytes,
        look: &mut Look<'_, L>,
    ) {
        let command = self.servers[look.node.index()].command.clone();
        let Some(ops) = self.asked.get(&name).cloned() else { return };
        let same = |op: &&OpId| {
            let call = self.history.get(**op).map(|it| it.call.to_text());
            call.map(|text| Bytes::from(text.as_str())) == command
        };
        let Some(op) = ops.iter().find(same).copied() else { return };
        self.own.applied(&self.history, op, index);
        let row = op.index() as u64;
        match self.done.get(&row) {
            None => {
                if self.failed.get(&row).is_some() {
                    self.break_word(op, "failed, and now it is done", look);
                }
                self.done.insert(row, Done { index, reply: reply.clone() });
                self.seen.changed(op);
            }
            Some(done) if done.index != index && sessions_of(look.world) != Kept::None => {
                let because = words::service::done_twice::<L>(&self.history, op, done.index, index);
                look.break_property(EXACTLY_ONCE, Some(index), vec![op], because);
            }
            Some(_) => {}
        }
    }
}

pub(super) fn sessions_of<L: Checked>(world: &World<L>) -> Kept {
    L::of_service(&world.options().lab).sessions
}
