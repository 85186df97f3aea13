//! Queries: through the log, or without it (6.4).
//!
//! A query may be answered from a state that has everything that was acknowledged before the query
//! was asked. So whoever answers without the log needs to know, *from a moment after the question*,
//! that nobody else leads (a round of heartbeats, or followers' promises), an index that was
//! committed then, and to have applied up to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::Input;
use crate::raft::message::{self as raft, Index, Round};
use crate::time::Time;

use super::entry::{Asker, Entry};
use super::message::{Answer, Message, Notice, Outcome, Timer};
use super::mutants::Mutant;
use super::options::Reading;
use super::proposing::{Waiter, send};
use super::server::{Cx, Server};
use super::service::Service;

/// Open questions at a server at most; further ones are sent away.
const OPEN_MAX: usize = 10_000;

/// Rounds whose time is remembered at most.
const ROUNDS_MAX: usize = 100;

/// A query that is not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The client.
    pub client: NodeId,
    /// Which of its clerks asks, in which call.
    pub asker: Asker,
    /// The words of the service.
    pub words: Bytes,
}

/// Who wants to know up to where to apply.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wants {
    /// A clerk: this server answers its query then.
    Answer(Query),
    /// A follower that answers a query itself, under its own number.
    Index(NodeId, u64),
}

/// A leader's open question: whether it led when the question came.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Open {
    wants: Wants,
    /// Its commit index then; `None` until an entry of its own term is committed.
    index: Option<Index>,
    /// The first round that was sent after the question.
    round: Round,
}

/// How a server answers queries, and those it has not answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Reads {
    /// How it answers.
    pub reading: Reading,
    /// As the leader: who waits for a round.
    open: Vec<Open>,
    /// The last round that was sent, and when each that may still be answered was.
    round: Round,
    sent: BTreeMap<Round, Time>,
    /// The newest round that a majority answered.
    confirmed: Round,
    /// Until when its followers elect nobody else, by its own clock.
    lease: Option<Time>,
    /// As a follower: its questions to the leader, by number. They are counted from the time of its
    /// start, so that an answer to one of before a crash is not taken for one of after it.
    asked: BTreeMap<u64, Query>,
    number: u64,
    /// Who was answered, and the last answer, under mistakes that keep them.
    answered: BTreeSet<Asker>,
    last_answer: Option<Outcome>,
    /// Queries that wait until so much is applied.
    at_index: BTreeMap<Index, Vec<(Query, Reading)>>,
}

impl Reads {
    /// None yet.
    pub(super) fn new(reading: Reading) -> Reads {
        Reads {
            reading,
            open: Vec::new(),
            round: 0,
            sent: BTreeMap::new(),
            confirmed: 0,
            lease: None,
            asked: BTreeMap::new(),
            number: 0,
            answered: BTreeSet::new(),
            last_answer: None,
            at_index: BTreeMap::new(),
        }
    }

    /// The server starts.
    pub(super) fn start(&mut self, now: Time) {
        self.number = now.micros();
    }

    /// Until when its followers have promised to elect nobody else, by its own clock.
    pub fn lease(&self) -> Option<Time> {
        self.lease
    }

    /// How many queries wait here.
    pub fn open_count(&self) -> u64 {
        let at_index: usize = self.at_index.values().map(Vec::len).sum();
        (self.open.len() + self.asked.len() + at_index) as u64
    }
}

impl<S: Service> Server<S> {
    /// A clerk asks what is so.
    pub(super) fn query(&mut self, client: NodeId, asker: Asker, words: Bytes, cx: Cx) {
        let query = Query { client, asker, words };
        if self.has(Mutant::ReadWithoutAsking) && self.leads() || self.has(Mutant::FollowersRead) {
            return self.answer_query(&query, self.reads.reading, cx);
        }
        if self.reads.open_count() >= OPEN_MAX as u64 {
            return self.send_query_away(&query, cx);
        }
        match (self.reads.reading, self.leads()) {
            (Reading::Follower, false) => self.ask_leader(query, cx),
            (_, false) => self.send_query_away(&query, cx),
            (Reading::Log, true) => {
                let Asker { clerk, call, .. } = asker;
                let entry = Entry::Query(asker, query.words);
                self.propose_for(Waiter { client, clerk, call, entry }, cx);
            }
            (_, true) => self.confirm_for(Wants::Answer(query), cx),
        }
    }

    /// Answers it, or finds out first whether this server still leads.
    fn confirm_for(&mut self, wants: Wants, cx: Cx) {
        let index = self.index_to_read();
        let holds = self.reads.lease.is_some_and(|until| cx.now() < until);
        if self.reads.reading == Reading::Lease
            && holds
            && let Some(index) = index
        {
            return self.settle(wants, index, Reading::Lease, cx);
        }
        // While a round is under way, the next one serves all that ask meanwhile.
        let waits = self.reads.confirmed < self.reads.round;
        self.reads.open.push(Open { wants, index, round: self.reads.round + 1 });
        if !waits {
            self.send_round(cx);
        }
    }

    /// The commit index, once it covers all that was acknowledged before this server led: not before
    /// an entry of its own term is committed (6.4, step 1).
    fn index_to_read(&self) -> Option<Index> {
        let committed = self.raft.commit_index();
        let own = self.raft.log().term_at(committed) == Some(self.raft.current_term());
        (own || self.has(Mutant::ReadBeforeOwnTerm)).then_some(committed)
    }

    fn send_round(&mut self, cx: Cx) {
        self.reads.round += 1;
        let round = self.reads.round;
        self.reads.sent.insert(round, cx.now());
        // A round that was not answered for so long gives no lease any more.
        while self.reads.sent.len() > ROUNDS_MAX {
            self.reads.sent.pop_first();
        }
        // If the answers are lost, another round is sent.
        cx.arm(Timer::Round, self.options.raft.heartbeat);
        self.drive(Input::Requested(raft::Request::Confirm(round)), cx);
    }

    /// A round may have been lost, or a lease is to be renewed.
    pub(super) fn round_is_due(&mut self, cx: Cx) {
        let renews = self.reads.reading == Reading::Lease;
        if self.leads() && (renews || !self.reads.open.is_empty()) {
            self.send_round(cx);
        } else {
            // Nobody waits for the last one, and it may be lost: the next question sends its own.
            self.reads.confirmed = self.reads.round;
        }
    }

    /// A majority followed this leader when the round was sent.
    pub(super) fn note_confirmed(&mut self, round: Round, cx: Cx) {
        self.reads.confirmed = self.reads.confirmed.max(round);
        let sent_at = self.reads.sent.get(&round).copied();
        self.reads.sent = self.reads.sent.split_off(&(round + 1));
        if let Some(sent_at) = sent_at {
            self.extend_lease(sent_at, cx);
        }
        self.serve(cx);
        // Who waits for an entry of this term alone needs no further round; a server that is alone
        // would send them to itself without end.
        let confirmed = self.reads.confirmed;
        if confirmed == self.reads.round && self.reads.open.iter().any(|it| it.round > confirmed) {
            self.send_round(cx);
        }
    }

    /// A lease counts from when the round was *sent*, not from its answers, for as long as followers
    /// elect nobody by any clock (6.4.1); none once it has asked another to lead, for as long as it
    /// leads all the same.
    fn extend_lease(&mut self, sent_at: Time, cx: Cx) {
        let promised = self.options.raft.check_quorum && self.options.raft.quiet_start;
        let hands_over = self.raft.may_be_succeeded();
        if !promised || hands_over && !self.has(Mutant::LeaseThroughTransfer) {
            return;
        }
        let from = if self.has(Mutant::LeaseFromAnswer) { cx.now() } else { sent_at };
        let whole = self.options.raft.election_min;
        let lasts = if self.has(Mutant::LeaseWithoutDrift) { whole } else { self.options.lease() };
        self.reads.lease = self.reads.lease.max(Some(from + lasts));
    }

    /// Answers the questions whose round is confirmed, once it is known what to read.
    fn serve(&mut self, cx: Cx) {
        let now_committed = self.index_to_read();
        let confirmed = self.reads.confirmed;
        let any = self.has(Mutant::AnyRoundCounts) && confirmed > 0;
        let (ready, open): (Vec<Open>, Vec<Open>) = std::mem::take(&mut self.reads.open)
            .into_iter()
            .map(|open| Open { index: open.index.or(now_committed), ..open })
            .partition(|open| open.index.is_some() && (open.round <= confirmed || any));
        self.reads.open = open;
        for Open { wants, index, .. } in ready {
            self.settle(wants, index.expect("partitioned by it"), Reading::ReadIndex, cx);
        }
    }

    /// It is known up to where must be applied.
    fn settle(&mut self, wants: Wants, index: Index, reading: Reading, cx: Cx) {
        match wants {
            Wants::Index(follower, number) => {
                cx.send_now(follower, Message::ReadIndexReply { number, index: Some(index) });
            }
            Wants::Answer(query) => self.answer_at(query, index, reading, cx),
        }
    }

    fn answer_at(&mut self, query: Query, index: Index, reading: Reading, cx: Cx) {
        if self.applied >= index {
            return self.answer_query(&query, reading, cx);
        }
        self.reads.at_index.entry(index).or_default().push((query, reading));
    }

    fn answer_query(&mut self, query: &Query, reading: Reading, cx: Cx) {
        cx.notify(Notice::Answered { index: self.applied, reading });
        let Query { client, asker: Asker { clerk, call, .. }, words } = query;
        let outcome = self.mistaken(query.asker, self.look_up(words));
        send((*client, Answer { clerk: *clerk, call: *call, outcome }), cx);
    }

    /// What the mistakes make of an answer; without one, itself.
    pub(super) fn mistaken(&mut self, asker: Asker, outcome: Outcome) -> Outcome {
        if self.has(Mutant::QueryTwice) && !self.reads.answered.insert(asker) {
            return Outcome::Reply(Bytes::EMPTY);
        }
        match self.has(Mutant::ReplyOfAnother) {
            true => self.reads.last_answer.replace(outcome.clone()).unwrap_or(outcome),
            false => outcome,
        }
    }

    /// So much is applied now: some may have waited for it.
    pub(super) fn answer_queries_up_to(&mut self, index: Index, cx: Cx) {
        if !self.reads.at_index.is_empty() {
            let later = self.reads.at_index.split_off(&(index + 1));
            for (query, reading) in
                std::mem::replace(&mut self.reads.at_index, later).into_values().flatten()
            {
                self.answer_query(&query, reading, cx);
            }
        }
        if !self.reads.open.is_empty() && self.leads() {
            // The first entry of its own term may be among them.
            self.serve(cx);
        }
    }

    /// A follower asks its leader up to where it must apply.
    fn ask_leader(&mut self, query: Query, cx: Cx) {
        let Some(leader) = self.raft.leader().filter(|&leader| leader != self.me) else {
            return self.send_query_away(&query, cx);
        };
        self.reads.number += 1;
        let number = self.reads.number;
        self.reads.asked.insert(number, query);
        cx.send_now(leader, Message::ReadIndex { number });
    }

    /// A follower wants to answer a query itself.
    pub(super) fn answer_read_index(&mut self, follower: NodeId, number: u64, cx: Cx) {
        if !self.leads() || self.stops || self.reads.open_count() >= OPEN_MAX as u64 {
            return cx.send_now(follower, Message::ReadIndexReply { number, index: None });
        }
        self.confirm_for(Wants::Index(follower, number), cx);
    }

    /// The leader has answered.
    pub(super) fn note_read_index(&mut self, number: u64, index: Option<Index>, cx: Cx) {
        let Some(query) = self.reads.asked.remove(&number) else { return };
        match index {
            Some(index) => self.answer_at(query, index, Reading::Follower, cx),
            None => self.send_query_away(&query, cx),
        }
    }

    fn send_query_away(&self, query: &Query, cx: Cx) {
        self.send_away(query.client, query.asker.clerk, query.asker.call, cx);
    }

    /// Another one may lead: nothing that was found out here holds for later.
    pub(super) fn forget_reads(&mut self, cx: Cx) {
        self.reads.lease = None;
        self.reads.sent.clear();
        // No round is under way any more: who leads again must send one.
        self.reads.confirmed = self.reads.round;
        cx.disarm(Timer::Round);
        for Open { wants, .. } in std::mem::take(&mut self.reads.open) {
            match wants {
                Wants::Answer(query) => self.send_query_away(&query, cx),
                Wants::Index(follower, number) => {
                    cx.send_now(follower, Message::ReadIndexReply { number, index: None });
                }
            }
        }
        for query in std::mem::take(&mut self.reads.asked).into_values() {
            self.send_query_away(&query, cx);
        }
    }

    /// Queries are answered so from now on.
    pub(super) fn read_by(&mut self, reading: Reading, cx: Cx) {
        self.reads.reading = reading;
        if reading == Reading::Lease && self.leads() {
            self.send_round(cx);
        }
    }

    /// A leader by lease asks for one as soon as it leads.
    pub(super) fn begin_lease(&mut self, cx: Cx) {
        if self.reads.reading == Reading::Lease {
            self.send_round(cx);
        }
    }

    /// A leader that hands over may be followed by another before its lease is over.
    pub(super) fn end_lease(&mut self) {
        if !self.has(Mutant::LeaseThroughTransfer) {
            self.reads.lease = None;
        }
    }
}
