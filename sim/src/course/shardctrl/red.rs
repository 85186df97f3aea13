//! Every test can fail: a mistake and a seed under which it ends red, as for
//! [the store](crate::course::kv::red).

use crate::course::kv::red::Red;
use crate::course::mistake::Mistake;
use crate::course::raft::red::By;

const JOINED: &str = "non-minimal transfer after Join()s";
const LEFT: &str = "non-minimal transfer after Leave()s";
const NO_ORDER: &str = "history is not linearizable";

/// The rows: one a test, in order, and then mistakes that none of those shows.
pub static ROWS: &[Red] = &{
    use netsplit_core::replicated::mutants::Mutant as S;
    use netsplit_core::shardctrl::mutants::Mutant as C;
    const fn red(test: &'static str, it: S, assertion: &'static str) -> Red {
        Red { test, mistake: Mistake::OfService(it), seed: 1, by: By::Assertion(assertion) }
    }
    const fn own(test: &'static str, it: C, assertion: &'static str) -> Red {
        Red { test, mistake: Mistake::OfController(it), seed: 1, by: By::Assertion(assertion) }
    }
    [
        red("TestBasic/LeaveJoin", S::ReplyOfAnother, "wanted 1 groups, got 0"),
        own("TestBasic/HistoricalQueries", C::SharedGroups, "number of Groups is wrong"),
        own("TestBasic/Move", C::MoveRebalances, "expected shard"),
        own("TestBasic/ConcurrentLeaveJoin", C::KeepsOneMore, "max 2 too much larger than min 0"),
        own("TestBasic/MinimalTransfersAfterJoins", C::FromScratch, JOINED),
        own("TestBasic/MinimalTransfersAfterLeaves", C::FromScratch, LEFT),
        own("TestMulti/JoinLeave", C::FirstOnly, "wanted 2 groups, got 1"),
        own("TestMulti/ConcurrentLeaveJoin", C::EmptyForgotten, "wanted 10 groups, got 6"),
        own("TestMulti/MinimalTransfersAfterMultijoins", C::FromScratch, JOINED),
        own("TestMulti/MinimalTransfersAfterMultileaves", C::FromScratch, LEFT),
        own("TestMulti/SameConfigOnServers", C::MapOrder, "Shards wrong"),
        own("TestMinimalAgain", C::FromScratch, "moved from 2 to 1 for no reason"),
        own("TestBasic", C::KeepsOneMore, "max 7 too much larger than min 5"),
        own("TestBasic/Move", C::NumbersNothing, NO_ORDER),
        own("TestBasic/LeaveJoin", C::LastLeaveKeeps, NO_ORDER),
        own("TestBasic/LeaveJoin", C::WrongStart, NO_ORDER),
        own(
            "TestBasic/MinimalTransfersAfterLeaves",
            C::OneHeir,
            "max 2 too much larger than min 0",
        ),
    ]
};
