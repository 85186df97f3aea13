//! What clients of a sharded store asked and were told, over all groups.

use netsplit_core::history::{OpId, Outcome as OpOutcome};
use netsplit_core::id::NodeId;
use netsplit_core::kv::spec::Kv;
use netsplit_core::machine::Effect;
use netsplit_core::replicated::message::{self as replicated, Returned, Wants};
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::shardkv::message::{Message, Notice};

use super::{Open, ShardChecks};
use crate::check::kv::property::{ACKNOWLEDGED, LINEARIZABLE};
use crate::check::linearizability::LiveVerdict;
use crate::check::look::Look;
use crate::check::service::{key_of, session_of, witness_of, word_of};
use crate::choice::Choice;
use crate::labs::kv::KvLab;
use crate::labs::shardkv::ShardLab;
use crate::run::Passage;
use crate::words;

impl ShardChecks {
    pub(super) fn observe_client(&mut self, look: &mut Look<ShardLab>) {
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
    pub(super) fn op_of(&self, node: NodeId, clerk: u32, call: u64) -> Option<OpId> {
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
}
