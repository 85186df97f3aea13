//! Groups of servers: all of them, one alone, and what is seen of shards.

use super::Step::*;
use super::{Begin, State, Step, at_millis, listed_at, state, written};
use netsplit_sim::link::Link;

/// A second group joins, and five shards are on their way to it.
pub fn moving() -> Link {
    listed_at(25, 760)
}

/// One group has all shards, and three clients write all the time; a second group is there.
pub fn written_to() -> Link {
    let script = "scenario shardkv nodes=9 groups=2x3 clients=3 seed=4 work=on\nc1 join 1\n";
    at_millis(written(script), 1_500)
}

/// All of it has come.
fn moved() -> Link {
    listed_at(25, 1_200)
}

/// A group alone on the stage.
const ALONE: &[Step] =
    &[Choose(".path-group", "g1"), Until("document.querySelector('.stage-gate')")];
/// A shard that moves.
const SHARD: &[Step] = &[
    Choose(".shard-map button", "Table"),
    Choose(".shards-now .moves .shards-number", ""),
    Choose(".shard-map button", "Table"),
    Until("document.querySelector('.station')"),
];
const HAND: &[super::Size] = &[(390, 844)];
const DESK: &[super::Size] = &[(1440, 900), (1024, 768)];

/// A view at a link.
const fn view(name: &'static str, link: fn() -> Link, steps: &'static [Step]) -> State {
    state(name, steps).from(Begin::Link(link))
}

pub(super) const STATES: &[State] = &[
    view("shards", moving, &[]),
    view("shards, all moved", moved, &[]).sized(DESK),
    view("shards, a table", moving, &[Choose(".shard-map button", "Table")]).sized(DESK),
    view("shards, one that moves", moving, SHARD).sized(DESK),
    view("shards, one group", moving, ALONE),
    view(
        "shards, an entry",
        moving,
        &[Go(ALONE), Run("document.querySelector('[id^=log-middle-g1]').click()")],
    ),
    view("shards, its message", moving, &[Go(SHARD), Choose(".inspect-act", "Show the message")])
        .sized(DESK),
    view(
        "shards, a request",
        moved,
        &[
            Choose(".views-tab", "Clients"),
            Click(".clients-scroll"),
            Press(&["\u{e012}", "\u{e007}"]),
            Until("document.querySelector('.station')"),
        ],
    )
    .sized(DESK),
    view("shards of the hand", moving, &[Resize(390, 844), Click("#tab-logs")]).sized(HAND),
    view("a way of the hand", moving, &[Go(SHARD), Resize(390, 844), Click("#tab-inspect")])
        .sized(HAND),
];
