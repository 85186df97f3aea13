//! Every test can fail: a mistake and a seed under which it ends red.
//!
//! A course test that has never been red proves nothing. Each has a row here, in
//! the order of the tests; further rows show assertions that no first row shows.

use netsplit_core::raft::mutants::{Mutant, Mutants};

use crate::check::raft::property;
use crate::director::Verdict;

use crate::course::{self, CourseTest, Report, Setting};

/// A run that ends red.
#[derive(Clone, Copy, Debug)]
pub struct Red {
    /// The name of the test.
    pub test: &'static str,
    /// The mistake.
    pub mutant: Mutant,
    /// The seed.
    pub seed: u64,
    /// What notices it.
    pub by: By,
}

/// What notices a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The harness's own assertion; its message contains this.
    Assertion(&'static str),
    /// The harness is content; this property was broken on the way.
    Property(&'static str),
}

const fn red(test: &'static str, mutant: Mutant, seed: u64, assertion: &'static str) -> Red {
    Red { test, mutant, seed, by: By::Assertion(assertion) }
}

const fn broken(test: &'static str, mutant: Mutant, seed: u64, property: &'static str) -> Red {
    Red { test, mutant, seed, by: By::Property(property) }
}

const DIFFERENT: &str = "apply error: commit index";
const NO_AGREEMENT: &str = "failed to reach agreement";

/// The rows.
pub static ROWS: &[Red] = &[
    red("TestInitialElection2A", Mutant::SameTimeouts, 1, "expected one leader, got none"),
    red("TestReElection2A", Mutant::SmallVoteQuorum, 1, "expected no leader"),
    red("TestManyElections2A", Mutant::VoteTwice, 8, "has 2 (>1) leaders"),
    red("TestBasicAgree2B", Mutant::NeverTellCommit, 1, NO_AGREEMENT),
    red("TestRPCBytes2B", Mutant::SendWholeLog, 1, "too many RPC bytes"),
    red("TestFollowerFailure2B", Mutant::ApplyBeforeCommit, 1, "committed but no majority"),
    red("TestLeaderFailure2B", Mutant::VoteQuorumOfOthers, 1, NO_AGREEMENT),
    red("TestFailAgree2B", Mutant::WaitForAll, 1, NO_AGREEMENT),
    red("TestFailNoAgree2B", Mutant::SmallCommitQuorum, 1, "committed but no majority"),
    red("TestConcurrentStarts2B", Mutant::SlowHeartbeat, 1, "term changed too often"),
    red("TestRejoin2B", Mutant::CommitBeforeCheck, 1, DIFFERENT),
    red("TestBackup2B", Mutant::NeverGoBack, 1, NO_AGREEMENT),
    red("TestCount2B", Mutant::HeartbeatTooOften, 1, "for 1 second of idleness"),
    red("TestPersist12C", Mutant::LogNotSaved, 1, DIFFERENT),
    red("TestPersist22C", Mutant::AppendNotSaved, 1, DIFFERENT),
    red("TestPersist32C", Mutant::ProposalNotSaved, 1, DIFFERENT),
    broken("TestFigure82C", Mutant::CommitOldTerms, 1, property::STATE_MACHINE_SAFETY),
    red("TestUnreliableAgree2C", Mutant::MatchAdds, 1, NO_AGREEMENT),
    red("TestFigure8Unreliable2C", Mutant::AcceptOldAppend, 1, DIFFERENT),
    red("TestReliableChurn2C", Mutant::MatchAtReplyTime, 1, DIFFERENT),
    red("TestUnreliableChurn2C", Mutant::AckOldAppend, 4, DIFFERENT),
    red("TestSnapshotBasic2D", Mutant::OnlyLeaderTrims, 1, "log size too large"),
    red("TestSnapshotInstall2D", Mutant::MatchAllAfterSnapshot, 1, NO_AGREEMENT),
    red("TestSnapshotInstallUnreliable2D", Mutant::SnapshotNotInLength, 3, DIFFERENT),
    red("TestSnapshotInstallCrash2D", Mutant::NeverSendSnapshot, 1, NO_AGREEMENT),
    red("TestSnapshotInstallUnCrash2D", Mutant::KeepTermInElection, 1, NO_AGREEMENT),
    red("TestSnapshotAllCrash2D", Mutant::SnapshotIndexNotSaved, 1, DIFFERENT),
    red("TestSnapshotInit2D", Mutant::SnapshotForgotten, 1, "snapshot cannot be decoded"),
    // Assertions that no row above shows.
    red("TestInitialElection2A", Mutant::LeaderKeepsTimer, 1, "term changed even though"),
    red("TestFailAgree2B", Mutant::ApplyOutOfOrder, 1, "apply out of order"),
    red("TestConcurrentStarts2B", Mutant::MatchAtReplyTime, 1, "only 1 decided for index 2"),
    red("TestSnapshotAllCrash2D", Mutant::LogNotSaved, 1, "index decreased"),
    red("TestFigure8Unreliable2C", Mutant::CommitOldTerms, 1, DIFFERENT),
    broken("TestManyElections2A", Mutant::NoVoteForItself, 9, property::ELECTION_SAFETY),
    broken("TestPersist12C", Mutant::VoteNotSaved, 1, property::DURABLE),
];

impl Red {
    /// The test.
    ///
    /// # Panics
    /// When there is none of that name, which a test of the table rules out.
    pub fn course_test(&self) -> &'static CourseTest {
        course::find(self.test).expect("rows name tests that are there")
    }

    /// Runs the row.
    pub fn run(&self) -> Report {
        let mutants = Mutants::only(self.mutant);
        course::run(self.course_test(), &Setting { mutants, ..Setting::plain(self.seed) })
    }

    /// Whether a verdict is the one the row promises.
    pub fn is_red_in(&self, verdict: &Verdict) -> bool {
        self.by.is_in(verdict)
    }
}

impl By {
    /// Whether a verdict is of this kind.
    pub fn is_in(self, verdict: &Verdict) -> bool {
        match (self, verdict) {
            (By::Assertion(part), Verdict::Failed { message, .. }) => message.contains(part),
            (By::Property(name), Verdict::Broken(violation)) => violation.property == name,
            _ => false,
        }
    }
}
