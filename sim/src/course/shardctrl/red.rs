//! Every test can fail: a mistake and a seed under which it ends red, as for
//! [the store](crate::course::kv::red).

use crate::check::shardctrl::property::{
    AS_ASKED, BALANCED, EQUAL_STATE, HISTORY_STAYS, MINIMAL_MOVEMENT,
};
use crate::course::kv::red::Red;
use crate::course::mistake::Mistake;
use crate::course::raft::red::By;

/// The rows: one a test, in order, and then assertions that none of those shows.
pub static ROWS: &[Red] = &{
    use netsplit_core::replicated::mutants::Mutant as S;
    use netsplit_core::shardctrl::mutants::Mutant as C;
    const fn red(test: &'static str, it: S, assertion: &'static str) -> Red {
        Red { test, mistake: Mistake::OfService(it), seed: 1, by: By::Assertion(assertion) }
    }
    const fn own(test: &'static str, it: C, assertion: &'static str) -> Red {
        Red { test, mistake: Mistake::OfController(it), seed: 1, by: By::Assertion(assertion) }
    }
    const fn broken(test: &'static str, it: C, property: &'static str) -> Red {
        Red { test, mistake: Mistake::OfController(it), seed: 1, by: By::Property(property) }
    }
    [
        red("TestBasic/LeaveJoin", S::ReplyOfAnother, "wanted 1 groups, got 0"),
        broken("TestBasic/HistoricalQueries", C::SharedGroups, HISTORY_STAYS),
        broken("TestBasic/Move", C::MoveRebalances, AS_ASKED),
        broken("TestBasic/ConcurrentLeaveJoin", C::KeepsOneMore, BALANCED),
        broken("TestBasic/MinimalTransfersAfterJoins", C::FromScratch, MINIMAL_MOVEMENT),
        broken("TestBasic/MinimalTransfersAfterLeaves", C::OneHeir, BALANCED),
        broken("TestMulti/JoinLeave", C::FirstOnly, AS_ASKED),
        broken("TestMulti/ConcurrentLeaveJoin", C::EmptyForgotten, AS_ASKED),
        broken("TestMulti/MinimalTransfersAfterMultijoins", C::FromScratch, MINIMAL_MOVEMENT),
        broken("TestMulti/MinimalTransfersAfterMultileaves", C::OneHeir, BALANCED),
        broken("TestMulti/SameConfigOnServers", C::MapOrder, EQUAL_STATE),
        broken("TestMinimalAgain", C::FromScratch, MINIMAL_MOVEMENT),
        own("TestBasic", C::KeepsOneMore, "max 7 too much larger than min 5"),
    ]
};
