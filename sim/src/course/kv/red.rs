//! Every test can fail: a mistake and a seed under which it ends red, as for
//! [Raft](crate::course::raft::red).

use crate::check::kv::property::{BOUNDED, EQUAL_STATE};
use crate::course::mistake::Mistake;
use crate::course::raft::red::By;
use crate::course::{self, CourseTest, Report, Setting};
use crate::director::Verdict;

/// A run that ends red.
#[derive(Clone, Copy, Debug)]
pub struct Red {
    /// The name of the test.
    pub test: &'static str,
    /// The mistake, of Raft or of the service over it.
    pub mistake: Mistake,
    /// The seed.
    pub seed: u64,
    /// What notices it.
    pub by: By,
}

const WRONG: &str = "reads a wrong value";
const NO_ANSWER: &str = "has no answer to";
const SLOW: &str = "operations completed too slowly";
const TWICE: &str = "duplicate element";
const NOT_LINEARIZABLE: &str = "history is not linearizable";

/// The rows: one a test, in order, and then assertions that none of those shows.
pub static ROWS: &[Red] = &{
    use netsplit_core::raft::mutants::Mutant as R;
    use netsplit_core::replicated::mutants::Mutant as S;
    const fn of_raft(test: &'static str, it: R, seed: u64, assertion: &'static str) -> Red {
        Red { test, mistake: Mistake::OfRaft(it), seed, by: By::Assertion(assertion) }
    }
    const fn red(test: &'static str, it: S, seed: u64, assertion: &'static str) -> Red {
        Red { test, mistake: Mistake::OfService(it), seed, by: By::Assertion(assertion) }
    }
    const fn broken(test: &'static str, it: S, seed: u64, property: &'static str) -> Red {
        Red { test, mistake: Mistake::OfService(it), seed, by: By::Property(property) }
    }
    [
        red("TestBasic3A", S::ReplyOfAnother, 1, WRONG),
        of_raft("TestSpeed3A", R::WaitForHeartbeat, 1, SLOW),
        red("TestConcurrent3A", S::NumbersCollide, 1, WRONG),
        red("TestUnreliable3A", S::DoneAgain, 1, WRONG),
        red("TestUnreliableOneKey3A", S::NewNumberOnRetry, 1, TWICE),
        red("TestOnePartition3A", S::ReadWithoutAsking, 1, "Get in minority completed"),
        red("TestManyPartitionsOneClient3A", S::AnswerBeforeCommit, 1, WRONG),
        red("TestManyPartitionsManyClients3A", S::AnswerByIndex, 1, NO_ANSWER),
        of_raft("TestPersistOneClient3A", R::LogNotSaved, 1, WRONG),
        red("TestPersistConcurrent3A", S::ServersDiffer, 1, WRONG),
        broken("TestPersistConcurrentUnreliable3A", S::LeaderKeepsTable, 1, EQUAL_STATE),
        red("TestPersistPartition3A", S::FailedByIndex, 3, NO_ANSWER),
        red("TestPersistPartitionUnreliable3A", S::LookOnlyBefore, 1, WRONG),
        red("TestPersistPartitionUnreliableLinearizable3A", S::FollowersRead, 1, NOT_LINEARIZABLE),
        broken("TestSnapshotRPC3B", S::RestoreMerges, 1, EQUAL_STATE),
        red("TestSnapshotSize3B", S::SnapshotCarriesHistory, 1, "snapshot too large"),
        of_raft("TestSpeed3B", R::WaitForHeartbeat, 1, SLOW),
        red("TestSnapshotRecover3B", S::SnapshotNotRead, 2, "missing element"),
        red("TestSnapshotRecoverManyClients3B", S::NeverTrims, 1, "logs were not trimmed"),
        red("TestSnapshotUnreliable3B", S::SilenceIsDone, 1, NO_ANSWER),
        broken("TestSnapshotUnreliableRecover3B", S::TableNotInSnapshot, 1, EQUAL_STATE),
        red("TestSnapshotUnreliableRecoverConcurrentPartition3B", S::RestoreMerges, 1, WRONG),
        red(
            "TestSnapshotUnreliableRecoverConcurrentPartitionLinearizable3B",
            S::FollowersRead,
            1,
            NOT_LINEARIZABLE,
        ),
        red("TestBasic2", S::ReplyOfAnother, 1, WRONG),
        red("TestConcurrent2", S::NumbersCollide, 1, NO_ANSWER),
        red("TestUnreliable2", S::DoneAgain, 1, WRONG),
        red("TestUnreliableOneKey2", S::NewNumberOnRetry, 1, TWICE),
        broken("TestMemGet2", S::KeepsAllReplies, 1, BOUNDED),
        broken("TestMemPut2", S::KeepsAllReplies, 1, BOUNDED),
        red("TestMemAppend2", S::KeepsAllReplies, 1, "server using too much memory: 40 MiB"),
        broken("TestMemPutMany", S::KeepsAllReplies, 1, BOUNDED),
        broken("TestMemGetMany", S::KeepsAllReplies, 1, BOUNDED),
        red("TestReliablePut", S::ReplyOfAnother, 1, "Get of a key that is not there"),
        red("TestPutConcurrentReliable", S::ReplyOfAnother, 1, "puts, and the version is"),
        broken("TestMemPutManyClientsReliable", S::KeepsAllReplies, 1, BOUNDED),
        red("TestUnreliableNet", S::SilenceIsDone, 1, NO_ANSWER),
        red("TestOneClientReliable", S::ReplyOfAnother, 1, "another client was inside"),
        red("TestManyClientsReliable", S::ReplyOfAnother, 1, "two clients acquired lock"),
        red("TestOneClientUnreliable", S::SilenceIsDone, 1, NO_ANSWER),
        red("TestManyClientsUnreliable", S::SilenceIsDone, 1, NO_ANSWER),
        red("TestBasic4A", S::ServersDiffer, 2, "servers to have value 10"),
        red("TestConcurrent4A", S::FollowersDoNotApply, 1, "servers to have value 50"),
        red("TestLeaderFailure4A", S::FollowersDoNotApply, 1, "servers to have value 2"),
        red("TestLeaderPartition4A", S::KeepsWaiters, 1, "Submit after healing took too long"),
        of_raft("TestRestartReplay4A", R::LogNotSaved, 1, "expected 101 instead of 1"),
        red("TestShutdown4A", S::NumbersCollide, 1, "Submit didn't stop after shutdown"),
        red("TestRestartSubmit4A", S::FollowersDoNotApply, 1, "servers to have value 102"),
        red("TestSnapshot4C", S::SnapshotNotRead, 1, "expected 101 instead of"),
        // Assertions that no row above shows.
        of_raft("TestOnePartition3A", R::WaitForAll, 1, "was never answered"),
        red("TestOnePartition3A", S::AnswerBeforeCommit, 1, "Put in minority completed"),
        broken("TestPersistOneClient3A", S::FollowersDoNotApply, 1, EQUAL_STATE),
        red("TestLeaderPartition4A", S::AnswerBeforeCommit, 1, "Dec in minority succeeded"),
        red("TestSnapshot4C", S::NeverTrims, 1, "logs were not trimmed"),
    ]
};

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
        course::run(self.course_test(), &Setting::plain(self.seed).with(self.mistake))
    }

    /// Whether a verdict is the one the row promises.
    pub fn is_red_in(&self, verdict: &Verdict) -> bool {
        self.by.is_in(verdict)
    }
}
