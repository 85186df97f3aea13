//! Every test can fail: a mistake and a seed under which it ends red, as for the
//! [store](crate::course::kv::red).

use netsplit_core::raft::mutants::Mutant as R;
use netsplit_core::replicated::mutants::Mutant as S;
use netsplit_core::shardctrl::mutants::Mutant as C;
use netsplit_core::shardkv::mutants::Mutant as M;

use crate::check::kv::property::EQUAL_STATE;
use crate::check::shardkv::property::{IN_ORDER, ONE_OWNER, SHARD_KEPT};
use crate::course::kv::red::Red;
use crate::course::mistake::Mistake;
use crate::course::raft::red::By;

/// Of the sharded store.
const fn red(test: &'static str, it: M, seed: u64, assertion: &'static str) -> Red {
    Red { test, mistake: Mistake::OfShards(it), seed, by: By::Assertion(assertion) }
}

/// The same where a property is broken.
const fn broken(test: &'static str, it: M, seed: u64, property: &'static str) -> Red {
    Red { test, mistake: Mistake::OfShards(it), seed, by: By::Property(property) }
}

/// Of something else: its controller, the framework of a service, Raft.
const fn other(test: &'static str, mistake: Mistake, seed: u64, assertion: &'static str) -> Red {
    Red { test, mistake, seed, by: By::Assertion(assertion) }
}

const NOTHING: &str = "received ``";
const NONE: &str = "received None";
const NO_ANSWER: &str = "was never answered";
const NO_END: &str = "the change did not end";
const TOO_LONG: &str = "took longer than 5000 ms";

/// The rows: one a test, in order, and then assertions and mistakes that none of those shows.
pub static ROWS: &[Red] = &[
    red("TestStaticShards", M::NoOwnershipCheck, 1, NOTHING),
    red("TestJoinLeave", M::KeepsServing, 1, "Get(2): expected"),
    other("TestSnapshot", Mistake::OfService(S::SnapshotNotRead), 1, NOTHING),
    red("TestMissChange", M::OnlyWhoApplied, 1, NO_ANSWER),
    red("TestConcurrent1", M::OwnershipAtArrival, 1, "Get(9): expected"),
    red("TestConcurrent2", M::ChangesWhatLeft, 1, "Get(1): expected"),
    red("TestConcurrent3", M::NoOwnEntry, 1, NO_ANSWER),
    red("TestUnreliable1", M::DeletesAskedOnce, 1, NO_ANSWER),
    red("TestUnreliable2", M::SessionsDoNotMove, 1, "Get(1): expected"),
    red("TestUnreliable3", M::SessionsReplaced, 1, "history is not linearizable"),
    red("TestChallenge1Delete", M::NeverDeletes, 1, "persisted Raft state are too big"),
    red("TestChallenge2Unaffected", M::RefusesDuringChange, 1, TOO_LONG),
    red("TestChallenge2Partial", M::WaitsForAll, 1, TOO_LONG),
    red("TestRejection5A", M::NoOwnershipCheck, 1, NOTHING),
    other("TestInitQuery5A", Mistake::OfController(C::WrongStart), 1, "Static wrong"),
    other("TestStaticOneShardGroup5A", Mistake::OfService(S::FollowersDoNotApply), 1, NONE),
    broken("TestJoinBasic5A", M::DeletesBeforeArrival, 1, SHARD_KEPT),
    red("TestDeleteBasic5A", M::NeverDeletes, 1, "use too much space"),
    red("TestJoinLeaveBasic5A", M::OnlyWhoApplied, 1, NO_END),
    broken("TestManyJoinLeaveReliable5A", M::JumpsToLatest, 1, IN_ORDER),
    red("TestManyJoinLeaveUnreliable5A", M::InstalledOnLeaderOnly, 1, NO_END),
    other("TestShutdown5A", Mistake::OfRaft(R::LogNotSaved), 1, NO_ANSWER),
    red("TestProgressShutdown", M::NeverAsksAgain, 1, "took longer than 2000 ms"),
    red("TestProgressJoin", M::NeverAsksAgain, 1, "took longer than 8000 ms"),
    red("TestOneConcurrentClerkReliable5A", M::KeepsServing, 1, "puts to k40 were done"),
    red("TestManyConcurrentClerkReliable5A", M::RecordsRefused, 1, "puts to k3 were done"),
    red("TestOneConcurrentClerkUnreliable5A", M::OwnershipAtArrival, 1, "puts to k46 were done"),
    red(
        "TestManyConcurrentClerkUnreliable5A",
        M::NewNumberAfterWrongGroup,
        1,
        "puts to k55 were done",
    ),
    red("TestJoinLeave5B", M::InstalledOnLeaderOnly, 1, "Join didn't complete"),
    red("TestConcurrentReliable5C", M::DoesNotWait, 1, NONE),
    other(
        "TestAcquireLockConcurrentUnreliable5C",
        Mistake::OfController(C::NoReturn),
        1,
        "changes after 1",
    ),
    // Assertions and mistakes that no row above shows.
    red("TestStaticShards", M::NobodysIsPulled, 1, NO_ANSWER),
    red("TestUnreliable1", M::OldDataReused, 1, "Get(1): expected"),
    red("TestSnapshot", M::ServesBeforeArrival, 1, "Get(1): expected"),
    red("TestUnreliable1", M::SnapshotWithoutStates, 1, "the change did not end"),
    broken("TestUnreliable2", M::ConfigOutsideLog, 1, EQUAL_STATE),
    broken("TestChallenge1Delete", M::DonorAnswersEarly, 1, ONE_OWNER),
    red("TestChallenge2Unaffected", M::ControllerBlocks, 1, TOO_LONG),
    other(
        "TestChallenge2Partial",
        Mistake::OfController(C::FirstOnly),
        1,
        "the change is done with though g1 is down",
    ),
    other("TestRejection5A", Mistake::OfController(C::KeepsOneMore), 1, "expected 5 completions"),
    other("TestDeleteBasic5A", Mistake::OfService(S::NeverTrims), 1, "has taken no snapshot"),
    other("TestJoinLeave5B", Mistake::OfRaft(R::LogNotSaved), 1, "Leave didn't complete"),
];
