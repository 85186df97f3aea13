//! What is checked of clients: each answer against what they asked and what was done.

use netsplit_core::history::{OpId, Outcome as OpOutcome};
use netsplit_core::id::NodeId;
use netsplit_core::machine::Effect;
use netsplit_core::replicated::message::{Message, Notice, Returned, Wants};
use netsplit_core::replicated::options::Kept;
use netsplit_core::replicated::sessions::SessionId;

use crate::check::linearizability::{Live, LiveVerdict};
use crate::check::look::Look;
use crate::choice::Choice;
use crate::words;

use super::property::{ACKNOWLEDGED, LINEARIZABLE};
use super::servers::sessions_of;
use super::{Breach, Checked, Open, Own, ServiceChecks, key_of, session_of, witness_of, word_of};

impl<L: Checked> ServiceChecks<L> {
    pub(super) fn observe_client(&mut self, look: &mut Look<'_, L>) {
        let (world, node) = (look.world, look.node);
        if matches!(world.last().choice, Choice::Restart(_)) {
            self.forget_clerks(node, look);
        }
        for effect in &world.last().effects {
            match effect {
                Effect::Notify(notice) => self.note_of_client(notice, look),
                Effect::Send { message: Message::Ask(ask), .. } => {
                    if let Wants::Command { session, sequence, .. } = &ask.wants {
                        self.note_asked(node, ask.clerk, ask.call, (*session, *sequence));
                    }
                }
                _ => {}
            }
        }
    }

    /// A client that has crashed waits for nothing: nobody knows what became of it.
    pub(super) fn forget_clerks(&mut self, node: NodeId, look: &mut Look<'_, L>) {
        let of_it = |key: u64| key >> 32 == node.index() as u64;
        let left: Vec<(u64, Open)> =
            self.open.iter().filter(|(key, _)| of_it(**key)).map(|(key, it)| (*key, *it)).collect();
        for (key, open) in left {
            self.open.remove(&key);
            self.history.returned(open.op, look.world.now(), OpOutcome::Unknown);
            self.seen.changed(open.op);
        }
    }

    fn note_of_client(&mut self, notice: &Notice, look: &mut Look<'_, L>) {
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
                        // Nothing that the store says.
                        None => {
                            return self.break_word(
                                op,
                                "an answer that the store does not give",
                                look,
                            );
                        }
                    },
                    Returned::Failed => OpOutcome::Failed,
                    Returned::Unknown => OpOutcome::Unknown,
                };
                self.history.returned(op, now, outcome);
                self.check_answer(op, returned, look);
                self.check_own(op, look);
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

    /// "Answered" means done: the very command has taken effect, and this was its reply. What was
    /// told to have failed has not.
    fn check_answer(&mut self, op: OpId, returned: &Returned, look: &mut Look<'_, L>) {
        if self.history.get(op).is_none_or(|it| L::is_query(&it.call)) {
            return;
        }
        let done = self.done.get(&(op.index() as u64));
        // Of several attempts without a session any may be the one that is answered.
        let exact = sessions_of(look.world) != Kept::None;
        match (returned, done) {
            (Returned::Reply(_), None) => {
                self.break_word(op, "done, and it is not", look);
            }
            (Returned::Reply(reply), Some(done)) if exact && *reply != done.reply => {
                let told = format!("{reply}, and its reply was {}", done.reply);
                self.break_word(op, &told, look);
            }
            (Returned::Failed, Some(_)) => self.break_word(op, "failed, and it is done", look),
            (Returned::Failed, None) => drop(self.failed.insert(op.index() as u64, ())),
            _ => {}
        }
    }

    pub(super) fn break_word(&self, op: OpId, told: &str, look: &mut Look<'_, L>) {
        let because = words::service::told_wrong::<L>(&self.history, op, told);
        look.break_property(ACKNOWLEDGED, None, vec![op], because);
    }

    pub(super) fn check_own(&mut self, op: OpId, look: &mut Look<'_, L>) {
        for Breach { property, ops, because } in self.own.returned(&self.history, op) {
            look.break_property(property, None, ops, because);
        }
    }

    pub(super) fn look_at_history(&mut self, look: &mut Look<'_, L>) {
        let Some(spec) = self.spec.clone() else { return };
        let live = self.live.get_or_insert_with(|| Live::new(spec.clone(), L::BUDGET));
        let before = live.verdict();
        if let LiveVerdict::Violation(op) = live.look(&self.history)
            && before != LiveVerdict::Violation(op)
        {
            let ops = witness_of::<L>(&self.history, op, &spec);
            let because = words::service::not_linearizable::<L>(&self.history, op, &ops);
            look.node = self.history.get(op).map_or(look.node, |op| op.node);
            look.break_property(LINEARIZABLE, None, ops, because);
        }
    }
}
