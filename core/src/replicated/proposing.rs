//! Commands through the log, and answers to those who wait for them (6.3).

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::Input;
use crate::raft::message::{self as raft, Index};

use super::entry::{Asker, Entry};
use super::message::{Answer, Ask, Call, ClerkNumber, Message, Notice, Outcome, Wants};
use super::mutants::Mutant;
use super::options::{Kept, Reading};
use super::server::{Cx, Server};
use super::service::{Service, bytes_of, word_of};
use super::sessions::{Known, SessionId};

/// Who waits for an entry: it is answered when the very entry it waits for is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiter {
    /// The client.
    pub client: NodeId,
    /// Which of its clerks.
    pub clerk: ClerkNumber,
    /// In which call.
    pub call: Call,
    /// What it waits for.
    pub entry: Entry,
}

impl<S: Service> Server<S> {
    /// A clerk asks.
    pub(super) fn answer_ask(&mut self, client: NodeId, ask: Ask, cx: Cx) {
        let Ask { clerk, call, wants } = ask;
        let answer = |outcome| (client, Answer { clerk, call, outcome });
        if self.stops {
            return self.send_away(client, clerk, call, cx);
        }
        let asker = Asker { node: client.index() as u32 + 1, clerk, call };
        let entry = match wants {
            Wants::Query(query) => return self.query(client, asker, query, cx),
            Wants::NoMore(session) => Entry::Close(session),
            Wants::Session => Entry::Open(asker),
            Wants::Command { session, sequence, command } => {
                if word_of::<S::Command>(&command).is_none() {
                    return send(answer(Outcome::NotUnderstood), cx);
                }
                // What it will not do as it stands need not go through the log. Another server is
                // behind, and does not know.
                let refused = word_of::<S::Command>(&command)
                    .filter(|_| self.leads())
                    .and_then(|it| self.service.refusal(&it));
                if let Some(reply) = refused {
                    return send(answer(Outcome::Reply(bytes_of(&reply))), cx);
                }
                // What was done is known to be done, whoever leads: nothing is proposed twice that
                // can be seen to be done. What cannot be seen yet is found when it is applied.
                if let Known::Done(reply) = self.sessions.look(session, sequence)
                    && !self.has(Mutant::DoneAgain)
                {
                    return send(answer(Outcome::Reply(reply)), cx);
                }
                Entry::Command { session, sequence, command }
            }
        };
        if !self.leads() {
            return self.send_away(client, clerk, call, cx);
        }
        self.propose_for(Waiter { client, clerk, call, entry }, cx);
    }

    /// Says who leads, as far as it is known.
    pub(super) fn send_away(&self, client: NodeId, clerk: ClerkNumber, call: Call, cx: Cx) {
        let leader = self.raft.transfers_to().or(self.raft.leader());
        let leader = leader.filter(|&leader| leader != self.me);
        send((client, Answer { clerk, call, outcome: Outcome::NotLeader { leader } }), cx);
    }

    /// Puts what a clerk wants into the log, and the clerk among those who wait.
    pub(super) fn propose_for(&mut self, waiter: Waiter, cx: Cx) {
        // It may be there already: asked for again, the answer goes to the newer call.
        let known = self.waiting.values_mut().find(|other| other.entry == waiter.entry);
        if let Some(known) = known {
            *known = waiter;
            return;
        }
        if self.has(Mutant::AnswerBeforeCommit)
            && let Entry::Command { command, .. } = &waiter.entry
            && let Some(command) = word_of::<S::Command>(command)
        {
            let reply = bytes_of(&self.service.clone().apply(command));
            let Waiter { client, clerk, call, .. } = waiter;
            send((client, Answer { clerk, call, outcome: Outcome::Reply(reply) }), cx);
        }
        match self.propose(&waiter.entry, cx) {
            Some(index) => {
                self.waiting.insert(index, waiter);
            }
            None => self.send_away(waiter.client, waiter.clerk, waiter.call, cx),
        }
    }

    /// Puts an entry into the log; `None` when this server may not.
    pub(super) fn propose(&mut self, entry: &Entry, cx: Cx) -> Option<Index> {
        let request = raft::Request::Propose(entry.to_bytes());
        self.drive_for(Input::Requested(request), cx)
    }

    /// Applies an entry: every server does, in the order of the log.
    pub(super) fn apply(&mut self, index: Index, command: &Bytes, cx: Cx) {
        self.applied = index;
        if self.has(Mutant::FollowersDoNotApply) && !self.leads() {
            return;
        }
        let outcome = match Entry::from_bytes(command) {
            Some(Entry::Open(_)) => {
                self.open_session(index, index, cx);
                Outcome::Session(index)
            }
            Some(Entry::Command { session, sequence, command }) => {
                self.do_once(index, session, sequence, &command, cx)
            }
            Some(Entry::Own(command)) => {
                let done = word_of::<S::Command>(&command).map(|it| self.service.apply(it));
                done.map_or(Outcome::NotUnderstood, |reply| Outcome::Reply(bytes_of(&reply)))
            }
            Some(Entry::Query(asker, query)) => {
                let found = self.look_up(&query);
                self.mistaken(asker, found)
            }
            Some(Entry::Close(session)) => {
                if self.sessions.close(session) {
                    cx.notify(Notice::Session { session, open: false });
                }
                Outcome::SessionExpired
            }
            // Its own, or a person's.
            Some(Entry::Nothing) | None => Outcome::NotUnderstood,
        };
        self.release(index, command, outcome, cx);
        self.answer_queries_up_to(index, cx);
    }

    fn open_session(&mut self, session: SessionId, index: Index, cx: Cx) {
        self.sessions.open(session, index);
        cx.notify(Notice::Session { session, open: true });
        // Every server ends the same one, since all have the same: whichever the log has used least
        // lately (6.3).
        let Kept::Opened { most } = self.options.sessions else { return };
        while self.sessions.len() > u64::from(most)
            && !self.has(Mutant::KeepsAllSessions)
            && let Some(oldest) = self.sessions.oldest()
        {
            self.sessions.close(oldest);
            cx.notify(Notice::Session { session: oldest, open: false });
        }
    }

    /// What a client asks under a number is done once, and its answer kept with the number until the
    /// client asks for the next thing (6.3).
    fn do_once(
        &mut self,
        index: Index,
        session: SessionId,
        sequence: u64,
        command: &Bytes,
        cx: Cx,
    ) -> Outcome {
        if session == 0 && self.options.sessions == Kept::None {
            let done = word_of::<S::Command>(command).map(|command| self.service.apply(command));
            let reply = done.map(|reply| bytes_of(&reply));
            if let Some(reply) = reply.clone().filter(|_| self.has(Mutant::KeepsAllReplies)) {
                self.all_replies.push(reply);
            }
            let outcome = reply.map_or(Outcome::NotUnderstood, Outcome::Reply);
            let told = outcome.clone();
            cx.notify(Notice::Applied { index, session, sequence, outcome: told, fresh: true });
            return outcome;
        }
        if self.options.sessions == Kept::ByService {
            let done = word_of::<S::Command>(command)
                .map(|command| self.service.apply_once(session, sequence, command));
            let fresh = done.as_ref().is_some_and(|(_, fresh)| *fresh);
            let reply = done.map(|(reply, _)| Outcome::Reply(bytes_of(&reply)));
            let outcome = reply.unwrap_or(Outcome::NotUnderstood);
            let told = outcome.clone();
            cx.notify(Notice::Applied { index, session, sequence, outcome: told, fresh });
            return outcome;
        }
        if self.options.sessions == Kept::Chosen
            && self.sessions.look(session, sequence) == Known::Expired
        {
            self.open_session(session, index, cx);
        }
        let mut known = self.sessions.look(session, sequence);
        let looks = !self.has(Mutant::DoneAgain) && !self.has(Mutant::LookOnlyBefore);
        if !looks && known != Known::Expired
            || self.has(Mutant::OnlyTheLast) && known == Known::Past
        {
            known = Known::New;
        }
        let fresh = known == Known::New;
        let outcome = match known {
            Known::New => match word_of::<S::Command>(command) {
                Some(command) => {
                    if self.has(Mutant::ServersDiffer) && self.me.index() % 2 == 1 {
                        self.service.apply(command.clone());
                    }
                    let reply = bytes_of(&self.service.apply(command));
                    if self.has(Mutant::KeepsAllReplies) {
                        self.all_replies.push(reply.clone());
                    }
                    if !self.has(Mutant::LeaderKeepsTable) || self.leads() {
                        self.sessions.record(session, sequence, reply.clone(), index);
                    }
                    Outcome::Reply(reply)
                }
                None => Outcome::NotUnderstood,
            },
            Known::Done(reply) => {
                self.sessions.touch(session, index);
                Outcome::Reply(reply)
            }
            // Nobody waits for it any more.
            Known::Past => Outcome::NotUnderstood,
            // "Never applied": nobody knows whether it was done before.
            Known::Expired => Outcome::SessionExpired,
        };
        cx.notify(Notice::Applied { index, session, sequence, outcome: outcome.clone(), fresh });
        outcome
    }

    /// Answers a query from the state as it is.
    pub(super) fn look_up(&self, query: &Bytes) -> Outcome {
        match word_of::<S::Command>(query).filter(S::is_query) {
            Some(query) => Outcome::Reply(bytes_of(&self.service.query(query))),
            None => Outcome::NotUnderstood,
        }
    }

    /// Answers whoever waits for the entry at an index, if this is the one it waits for; if another
    /// leader put a different one there, it has to ask again.
    fn release(&mut self, index: Index, command: &Bytes, outcome: Outcome, cx: Cx) {
        let Some(waiter) = self.waiting.remove(&index) else { return };
        let Waiter { client, clerk, call, entry } = waiter;
        let same = entry.to_bytes() == *command
            || self.has(Mutant::AnswerByIndex)
            || self.has(Mutant::AnswerBySession) && session_of(command) == Some(session_in(&entry));
        if !same && self.has(Mutant::FailedByIndex) {
            return send((client, Answer { clerk, call, outcome: Outcome::NotUnderstood }), cx);
        }
        if !same {
            return self.send_away(client, clerk, call, cx);
        }
        if let Entry::Query(..) = entry {
            cx.notify(Notice::Answered { index, reading: Reading::Log });
        }
        send((client, Answer { clerk, call, outcome }), cx);
    }

    /// It does not lead any more, or leads another term: what stands in its log may be lost, and
    /// those who wait have to ask again.
    pub(super) fn release_all(&mut self, cx: Cx) {
        let keeps = [
            Mutant::KeepsWaiters,
            Mutant::AnswerByIndex,
            Mutant::AnswerBySession,
            Mutant::FailedByIndex,
        ];
        if keeps.into_iter().any(|mutant| self.has(mutant)) {
            return;
        }
        for waiter in std::mem::take(&mut self.waiting).into_values() {
            self.send_away(waiter.client, waiter.clerk, waiter.call, cx);
        }
    }
}

/// Sends an answer. It may tell of what this server's disk does not have yet, and need not wait for
/// it: a majority has.
pub(super) fn send((client, answer): (NodeId, Answer), cx: Cx) {
    cx.send_now(client, Message::Answer(answer));
}

fn session_of(command: &Bytes) -> Option<SessionId> {
    Entry::from_bytes(command).map(|entry| session_in(&entry))
}

fn session_in(entry: &Entry) -> SessionId {
    match entry {
        Entry::Command { session, .. } => *session,
        _ => 0,
    }
}
