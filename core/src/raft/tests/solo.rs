//! One peer, n1 of a group, told everything by the test.

use crate::id::NodeId;
use crate::machine::{Context, Disk as _, Effect, Input, Machine};
use crate::raft::disk::Disk;
use crate::raft::message::{
    AppendEntries, AppendEntriesReply, Appended, Durable, Entries, Entry, Index, InstallSnapshot,
    Message, Notice, Raft, Request, RequestVote, RequestVoteReply, Term, Timer,
};
use crate::raft::options::Options;
use crate::raft::peer::Peer;
use crate::raft::reason::Reason;
use crate::raft::role::RoleName;
use crate::rng::Rng;
use crate::time::{Span, Time};

/// Node number `number`.
pub fn n(number: u32) -> NodeId {
    NodeId::from_number(number).expect("the tests count from 1")
}

/// An entry of a term; its command names it.
pub fn entry(term: Term, command: &str) -> Entry {
    Entry { term, command: command.into() }
}

/// Entries of these terms, as they stand behind `after` in the logs of a group
/// without mistakes: the command follows from index and term.
pub fn entries(after: Index, terms: &[Term]) -> Entries {
    let name = |(&term, before): (&Term, Index)| entry(term, &format!("c{}.{term}", before + 1));
    terms.iter().zip(after..).map(name).collect()
}

/// A disk with a term and a log of these terms.
pub fn disk(term: Term, terms: &[Term]) -> Disk {
    let mut disk = Disk::default();
    disk.write(&Durable::Vote { term, voted_for: None });
    disk.write(&Durable::Append { after: 0, entries: entries(0, terms) });
    disk
}

/// A peer with a fake context. Its disk takes no time unless `slow` is set.
pub struct Solo {
    pub peer: Peer,
    pub disk: Disk,
    pub now: Time,
    pub slow: bool,
    rng: Rng,
    saves: u64,
}

impl Solo {
    /// n1 of a group of `nodes`, started from a disk.
    pub fn new(nodes: u32, options: &Options, disk: Disk) -> Solo {
        let peers: Vec<NodeId> = (1..=nodes).map(n).collect();
        let peer = Peer::boot(n(1), &peers, options, &disk);
        let (now, rng) = (Time::from_micros(1_000_000), Rng::new(1));
        let mut solo = Solo { peer, disk, now, slow: false, rng, saves: 0 };
        solo.give(Input::Started);
        solo
    }

    /// A follower of three with the paper's options.
    pub fn follower(term: Term, terms: &[Term]) -> Solo {
        Solo::new(3, &Options::paper(), disk(term, terms))
    }

    /// A leader of the term after `term`, elected by n2.
    pub fn leader(nodes: u32, options: &Options, term: Term, terms: &[Term]) -> Solo {
        let mut solo = Solo::new(nodes, options, disk(term, terms));
        solo.fire(Timer::Election);
        for voter in 2..=nodes / 2 + 1 {
            solo.vote(voter, term + 1, true);
        }
        assert_eq!(solo.role(), RoleName::Leader);
        solo
    }

    /// One input; what the peer asked for.
    pub fn give(&mut self, input: Input<Raft>) -> Vec<Effect<Raft>> {
        let mut effects = Vec::new();
        let mut input = Some(input);
        while let Some(next) = input.take() {
            let first = effects.len();
            let me = n(1);
            let cx = &mut Context::new(self.now, me, &mut self.rng, &mut self.saves, &mut effects);
            self.peer.handle(next, cx);
            for effect in &effects[first..] {
                if let Effect::Save { number, change } = effect
                    && !self.slow
                {
                    self.disk.write(change);
                    input = Some(Input::Durable(*number));
                }
            }
        }
        effects
    }

    pub fn fire(&mut self, timer: Timer) -> Vec<Effect<Raft>> {
        self.give(Input::Fired(timer))
    }

    pub fn propose(&mut self, command: &str) -> Vec<Effect<Raft>> {
        self.give(Input::Requested(Request::Propose(command.into())))
    }

    pub fn take_snapshot(&mut self, index: Index, data: &str) -> Vec<Effect<Raft>> {
        self.give(Input::Requested(Request::Snapshot { index, data: data.into() }))
    }

    pub fn receive(&mut self, from: u32, message: Message) -> Vec<Effect<Raft>> {
        self.give(Input::Received { from: n(from), message })
    }

    pub fn ask_vote(&mut self, from: u32, term: Term, last: (Term, Index)) -> Vec<Effect<Raft>> {
        self.ask(from, term, last, false)
    }

    pub fn ask(
        &mut self,
        from: u32,
        term: Term,
        (last_log_term, last_log_index): (Term, Index),
        pre_vote: bool,
    ) -> Vec<Effect<Raft>> {
        let transfer = false;
        let ask = RequestVote { term, last_log_index, last_log_term, pre_vote, transfer };
        self.receive(from, Message::RequestVote(ask))
    }

    pub fn vote(&mut self, from: u32, term: Term, granted: bool) -> Vec<Effect<Raft>> {
        let vote = RequestVoteReply { term, granted, pre_vote: false };
        self.receive(from, Message::RequestVoteReply(vote))
    }

    pub fn append(
        &mut self,
        from: u32,
        term: Term,
        (prev_log_index, prev_log_term): (Index, Term),
        terms: &[Term],
        leader_commit: Index,
    ) -> Vec<Effect<Raft>> {
        let entries = entries(prev_log_index, terms);
        let batch = AppendEntries { term, prev_log_index, prev_log_term, entries, leader_commit };
        self.receive(from, Message::AppendEntries(batch))
    }

    pub fn ack(&mut self, from: u32, term: Term, match_index: Index) -> Vec<Effect<Raft>> {
        let outcome = Appended::Matched { match_index };
        self.receive(from, Message::AppendEntriesReply(AppendEntriesReply { term, outcome }))
    }

    pub fn refuse(
        &mut self,
        from: u32,
        term: Term,
        prev_log_index: Index,
        conflict_term: Option<Term>,
        conflict_index: Index,
    ) -> Vec<Effect<Raft>> {
        let outcome = Appended::Conflict { prev_log_index, conflict_term, conflict_index };
        self.receive(from, Message::AppendEntriesReply(AppendEntriesReply { term, outcome }))
    }

    /// A piece of a snapshot from n2.
    pub fn piece(
        &mut self,
        term: Term,
        (last_included_index, last_included_term): (Index, Term),
        offset: u64,
        data: &str,
        done: bool,
    ) -> Vec<Effect<Raft>> {
        self.receive(
            2,
            Message::InstallSnapshot(Box::new(InstallSnapshot {
                term,
                last_included_index,
                last_included_term,
                offset,
                data: data.into(),
                done,
            })),
        )
    }

    pub fn role(&self) -> RoleName {
        self.peer.role().name()
    }

    /// The terms of its log.
    pub fn terms(&self) -> Vec<Term> {
        self.peer.log().iter().map(|(_, entry)| entry.term).collect()
    }

    pub fn pass(&mut self, millis: u64) {
        self.now += Span::from_millis(millis);
    }
}

/// The messages among effects, with their receivers' numbers.
pub fn sent(effects: &[Effect<Raft>]) -> Vec<(u32, Message)> {
    let message = |effect: &Effect<Raft>| match effect {
        Effect::Send { to, message, .. } => Some((to.number(), message.clone())),
        _ => None,
    };
    effects.iter().filter_map(message).collect()
}

/// The answer to an AppendEntries.
pub fn answer(effects: &[Effect<Raft>]) -> Option<Appended> {
    sent(effects).into_iter().find_map(|(_, message)| match message {
        Message::AppendEntriesReply(ack) => Some(ack.outcome),
        _ => None,
    })
}

/// Whether a vote was granted: `None` when nothing was answered.
pub fn granted(effects: &[Effect<Raft>]) -> Option<bool> {
    sent(effects).into_iter().find_map(|(_, message)| match message {
        Message::RequestVoteReply(vote) => Some(vote.granted),
        _ => None,
    })
}

/// The AppendEntries to a node.
pub fn appends(effects: &[Effect<Raft>], to: u32) -> Vec<AppendEntries> {
    let append = |(receiver, message)| match message {
        Message::AppendEntries(batch) if receiver == to => Some(batch),
        _ => None,
    };
    sent(effects).into_iter().filter_map(append).collect()
}

/// The reasons among effects.
pub fn reasons(effects: &[Effect<Raft>]) -> Vec<Reason> {
    let reason = |effect: &Effect<Raft>| match effect {
        Effect::Notify(Notice::Because(reason)) => Some(*reason),
        _ => None,
    };
    effects.iter().filter_map(reason).collect()
}

/// The indexes that were handed to the state machine.
pub fn applied(effects: &[Effect<Raft>]) -> Vec<Index> {
    let index = |effect: &Effect<Raft>| match effect {
        Effect::Notify(Notice::Committed { index, .. }) => Some(*index),
        _ => None,
    };
    effects.iter().filter_map(index).collect()
}

/// Whether a timer was armed, and for how long.
pub fn armed(effects: &[Effect<Raft>], timer: Timer) -> Option<Span> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Arm { timer: other, after } if *other == timer => Some(*after),
        _ => None,
    })
}

/// The changes that were saved.
pub fn saved(effects: &[Effect<Raft>]) -> Vec<Durable> {
    let change = |effect: &Effect<Raft>| match effect {
        Effect::Save { change, .. } => Some(change.clone()),
        _ => None,
    };
    effects.iter().filter_map(change).collect()
}
