//! Leader election (5.2), whom to vote for (5.4.1), and asking first
//! (dissertation, 9.6).

use crate::id::NodeId;
use crate::quorum::majority;
use crate::time::Span;

use super::message::{Entries, Message, Notice, RequestVote, RequestVoteReply, Term, Timer};
use super::mutants::Mutant;
use super::peer::{Cx, Peer};
use super::progress::Progress;
use super::reason::Reason;
use super::role::{Leader, Role, RoleName, Votes};

/// What a candidate asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Whether it would be elected (dissertation, 9.6).
    PreVote,
    /// To be elected.
    Vote,
    /// To be elected in the place of a leader that wants it (dissertation, 3.10).
    Transfer,
}

impl Peer {
    /// Arms the election timer, each time for another span from the interval, so
    /// that votes are seldom split (5.2).
    pub(super) fn arm_election(&mut self, cx: Cx) {
        let (low, high) = (self.options.election_min.micros(), self.options.election_max.micros());
        let mut after = cx.rng().between(low, high.max(low));
        if self.has(Mutant::SameTimeouts) {
            after = low;
        }
        if self.has(Mutant::LongTimeouts) {
            after = high * 10;
        }
        cx.arm(Timer::Election, Span::from_micros(after));
    }

    /// Nothing was heard of a leader and no vote given for a whole time-out: a
    /// follower becomes a candidate, and a candidate starts a new election
    /// (Figure 2, followers and candidates).
    pub(super) fn election_timed_out(&mut self, cx: Cx) {
        if self.current_term == Term::MAX {
            // No term is left for another election.
            return;
        }
        match &self.role {
            Role::Leader(_) if self.has(Mutant::LeaderKeepsTimer) => self.start_election(false, cx),
            Role::Leader(_) if self.options.check_quorum => self.look_for_majority(cx),
            // It ran out before this peer won, and was told late.
            Role::Leader(_) => {}
            Role::Candidate(_) if self.has(Mutant::NoSecondElection) => {}
            _ if self.options.pre_vote => self.start_pre_vote(cx),
            _ => self.start_election(false, cx),
        }
    }

    /// Asks whether it would be elected, without raising the term
    /// (dissertation, 9.6).
    fn start_pre_vote(&mut self, cx: Cx) {
        self.leader = None;
        self.role = Role::PreCandidate(self.vote_for_itself());
        cx.notify(Notice::Became { role: RoleName::PreCandidate, term: self.current_term });
        self.arm_election(cx);
        self.ask_for_votes(self.current_term + 1, Asks::PreVote, cx);
        self.look_at_votes(cx);
    }

    /// Starts an election: a new term, the own vote, the timer from its beginning,
    /// and a RequestVote for everybody else (Figure 2, candidates).
    pub(super) fn start_election(&mut self, transfer: bool, cx: Cx) {
        if self.current_term == Term::MAX {
            // No term is left for another election.
            return;
        }
        let recounted = match &self.role {
            Role::Candidate(votes) if self.has(Mutant::CountOldVotes) => votes.granted() - 1,
            _ => 0,
        };
        let keeps_term = self.has(Mutant::KeepTermInElection)
            && self.current_term > 0
            && self.voted_for == Some(self.me);
        if !keeps_term {
            self.current_term += 1;
        }
        if !self.has(Mutant::NoVoteForItself) {
            self.voted_for = Some(self.me);
        } else {
            self.voted_for = None;
        }
        self.leader = None;
        let mut votes = self.vote_for_itself();
        votes.recounted = recounted;
        self.role = Role::Candidate(votes);
        if !self.has(Mutant::CandidacyNotSaved) {
            self.save_vote(cx);
        }
        cx.notify(Notice::Became { role: RoleName::Candidate, term: self.current_term });
        self.arm_election(cx);
        let asks = if transfer { Asks::Transfer } else { Asks::Vote };
        // Alone in its group it has won, but not before its disk has the vote:
        // see `note_durable`.
        self.ask_for_votes(self.current_term, asks, cx);
    }

    fn vote_for_itself(&self) -> Votes {
        let mut votes = Votes::default();
        votes.note(self.place_of(self.me).expect("a peer is a member of its own group"), true);
        votes
    }

    fn ask_for_votes(&mut self, term: Term, asks: Asks, cx: Cx) {
        let ask = RequestVote {
            term,
            last_log_index: self.length_for_votes(),
            last_log_term: self.log.last_term(),
            pre_vote: asks == Asks::PreVote,
            transfer: asks == Asks::Transfer,
        };
        for peer in self.others() {
            // Waits for the save of its own vote: a candidate that forgets it
            // could vote for another in the same term.
            cx.send(peer, Message::RequestVote(ask.clone()));
        }
    }

    /// "Receiver implementation" of RequestVote (Figure 2).
    pub(super) fn answer_vote(&mut self, candidate: NodeId, ask: &RequestVote, cx: Cx) {
        let shielded = ask.pre_vote || self.options.check_quorum && !ask.transfer;
        // Of this term it may have given no vote yet; a leader has its own.
        let leads = matches!(self.role, Role::Leader(_));
        let could = ask.term > self.current_term || ask.term == self.current_term && !leads;
        if shielded && could && self.heard_leader(cx) {
            let leader = self.leader;
            cx.notify(Notice::Because(Reason::LeaderHeardRecently { candidate, leader }));
            if ask.pre_vote {
                self.reply_to_vote(candidate, ask, false, cx);
            }
            return;
        }
        if self.has(Mutant::StepDownOnEqualTerm)
            && ask.term == self.current_term
            && matches!(self.role, Role::Leader(_))
        {
            self.become_follower(self.current_term, cx);
        }
        if self.has(Mutant::ResetTimerOnAnyVote) {
            self.arm_election(cx);
        }
        // Step 1: a candidate of an older term is refused (5.1).
        if ask.term < self.current_term && !self.has(Mutant::GrantOldTerm) {
            self.note_old_term(candidate, ask.term, cx);
            return self.reply_to_vote(candidate, ask, false, cx);
        }
        // Step 2: one vote a term (5.2), and only for a log that is at least as
        // up-to-date as the own (5.4).
        if let Some(voted_for) = self.vote_already_given(candidate, ask) {
            let term = self.current_term;
            cx.notify(Notice::Because(Reason::AlreadyVoted { candidate, voted_for, term }));
            return self.reply_to_vote(candidate, ask, false, cx);
        }
        if !self.is_up_to_date(ask) {
            cx.notify(Notice::Because(Reason::OlderLog {
                candidate,
                last_term: ask.last_log_term,
                last_index: ask.last_log_index,
                own_last_term: self.log.last_term(),
                own_last_index: self.log.last_index(),
            }));
            return self.reply_to_vote(candidate, ask, false, cx);
        }
        if !ask.pre_vote {
            self.grant_vote(candidate, cx);
        }
        self.reply_to_vote(candidate, ask, true, cx);
    }

    /// Who has this term's vote already, if that forbids to grant it. A pre-vote
    /// gives nothing away and asks about a term that is still to come.
    fn vote_already_given(&self, candidate: NodeId, ask: &RequestVote) -> Option<NodeId> {
        let asked_later = ask.pre_vote && ask.term > self.current_term;
        if asked_later || self.has(Mutant::VoteTwice) {
            return None;
        }
        self.voted_for.filter(|&voted_for| voted_for != candidate)
    }

    /// Of two logs the one whose last entry has the later term is more up-to-date;
    /// at the same term, the longer one (5.4.1).
    fn is_up_to_date(&self, ask: &RequestVote) -> bool {
        let theirs = (ask.last_log_term, ask.last_log_index);
        let ours = (self.log.last_term(), self.length_for_votes());
        if self.has(Mutant::IgnoreLogInVote) {
            return true;
        }
        if self.has(Mutant::CompareLengthOnly) {
            return theirs.1 >= ours.1;
        }
        if self.has(Mutant::CompareTermOnly) {
            return theirs.0 >= ours.0;
        }
        if self.has(Mutant::DemandNewerLog) {
            return theirs > ours;
        }
        if self.has(Mutant::CompareWithCommitted) {
            let term = self.log.term_at(self.commit_index).unwrap_or(0);
            return theirs >= (term, self.commit_index);
        }
        theirs >= ours
    }

    /// The index of the last entry, for comparing logs.
    fn length_for_votes(&self) -> u64 {
        if self.has(Mutant::SnapshotNotInLength) {
            return self.log.last_index() - self.log.start();
        }
        self.log.last_index()
    }

    fn grant_vote(&mut self, candidate: NodeId, cx: Cx) {
        self.voted_for = Some(candidate);
        if !self.has(Mutant::GrantNotSaved) {
            self.save_vote(cx);
        }
        cx.notify(Notice::Voted { candidate, term: self.current_term });
        if !self.has(Mutant::KeepTimerOnGrant) {
            self.arm_election(cx);
        }
    }

    fn reply_to_vote(&mut self, candidate: NodeId, ask: &RequestVote, granted: bool, cx: Cx) {
        let asked_term = ask.pre_vote || self.has(Mutant::GrantOldTerm);
        let term = if granted && asked_term { ask.term } else { self.current_term };
        let reply = RequestVoteReply { term, granted, pre_vote: ask.pre_vote };
        let reply = Message::RequestVoteReply(reply);
        if self.has(Mutant::AnswerBeforeSave) {
            return cx.send_now(candidate, reply);
        }
        cx.send(candidate, reply);
    }

    /// Counts an answer; with the votes of a majority the candidate leads
    /// (Figure 2, candidates).
    pub(super) fn count_vote(&mut self, from: NodeId, vote: &RequestVoteReply, cx: Cx) {
        let place = self.place_of(from).expect("messages of strangers are thrown away");
        let asked_term = self.current_term.saturating_add(u64::from(vote.pre_vote && vote.granted));
        let counts_late = self.has(Mutant::CountOldVotes) && vote.granted;
        if self.has(Mutant::CountVotesAfterwards) && self.role == Role::Follower {
            self.old_votes.note(place, vote.granted);
            if self.old_votes.granted() >= majority(self.peers.len() as u32) {
                return self.become_leader(cx);
            }
        }
        let counts_twice = self.has(Mutant::CountVoteTwice);
        let votes = match &mut self.role {
            Role::PreCandidate(votes) if vote.pre_vote && vote.term == asked_term => votes,
            Role::Candidate(votes)
                if !vote.pre_vote && (vote.term == asked_term || counts_late) =>
            {
                votes
            }
            // An answer to a candidacy that is over, one way or the other.
            _ => {
                let late = Reason::LateAnswer { from, term: vote.term };
                return cx.notify(Notice::Because(late));
            }
        };
        let fresh = votes.note(place, vote.granted);
        if counts_twice && vote.granted && !fresh {
            votes.recounted += 1;
        }
        self.look_at_votes(cx);
    }

    pub(super) fn look_at_votes(&mut self, cx: Cx) {
        let count = self.peers.len() as u32;
        let mut needed = majority(count);
        if self.has(Mutant::SmallVoteQuorum) {
            needed = (count / 2).max(1);
        }
        if self.has(Mutant::VoteQuorumOfOthers) {
            needed += 1;
        }
        let Some(votes) = self.votes() else { return };
        if votes.granted() < needed {
            return;
        }
        if matches!(self.role, Role::PreCandidate(_)) {
            self.start_election(false, cx);
        } else {
            self.become_leader(cx);
        }
    }

    /// A leader begins by supposing that all have the log it has: nextIndex is
    /// behind its last entry (5.3). It says at once that it leads, by heartbeats
    /// (Figure 2, leaders), and adds no entry of its own: the service above does,
    /// if it wants one.
    fn become_leader(&mut self, cx: Cx) {
        let next_index = self.log.last_index() + 1;
        let mut progress = vec![Progress::new(next_index); self.peers.len()];
        if self.has(Mutant::KeepMatchIndex) {
            for (progress, &match_index) in progress.iter_mut().zip(&self.old_match) {
                progress.match_index = match_index;
            }
        }
        // What it sent in an earlier leadership need not be its log any more.
        self.batch = (0, Entries::NONE);
        self.role = Role::Leader(Leader::new(progress));
        self.leader = Some(self.me);
        cx.notify(Notice::Became { role: RoleName::Leader, term: self.current_term });
        if self.options.check_quorum || self.has(Mutant::LeaderKeepsTimer) {
            self.arm_election(cx);
        } else {
            cx.disarm(Timer::Election);
        }
        self.arm_heartbeat(cx);
        if !self.has(Mutant::NoFirstHeartbeat) {
            self.send_heartbeats(cx);
        }
        self.advance_commit_index(cx);
    }

    pub(super) fn arm_heartbeat(&mut self, cx: Cx) {
        let mut after = self.options.heartbeat.micros();
        if self.has(Mutant::SlowHeartbeat) {
            after = self.options.election_max.micros() * 2;
        }
        if self.has(Mutant::HeartbeatTooOften) {
            after = (after / 10).max(1);
        }
        cx.arm(Timer::Heartbeat, Span::from_micros(after));
    }

    /// A leader that has not heard of a majority for an election time-out leads no
    /// more (dissertation, 6.2).
    fn look_for_majority(&mut self, cx: Cx) {
        let needed = majority(self.peers.len() as u32);
        let Role::Leader(leader) = &mut self.role else { return };
        let reached = leader.heard.count_ones() + 1;
        leader.heard = 0;
        if reached < needed {
            cx.notify(Notice::Because(Reason::NoMajorityInReach { reached, needed }));
            self.leader = None;
            return self.become_follower(self.current_term, cx);
        }
        self.arm_election(cx);
    }
}
