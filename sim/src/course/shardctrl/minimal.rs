//! `TestMinimalAgain`: in 2024 a test that asserts what those of minimal transfers mean.

use netsplit_core::shardctrl::{Config, Gid};

use crate::course::CourseTest;
use crate::director::{Asserted, ensure};

use super::{Controllers, check_config, plan};

pub(super) const MINIMAL_AGAIN: CourseTest = CourseTest {
    number: 12,
    since: 2024,
    name: "TestMinimalAgain",
    name_2024: "TestMinimalAgain",
    part: "4A",
    title: "Minimal transfers again",
    about: "A third group joins two: shards move to it alone, a third of them and one at most. The \
            first leaves: its shards move alone.",
    plan: plan(|t| Box::pin(minimal_again(t))),
};

async fn minimal_again(t: Controllers) -> Asserted<()> {
    let clerk = t.clerk();
    clerk.join(&[(1, &["x", "y", "z"])]).await?;
    clerk.join(&[(2, &["a", "b", "c"])]).await?;
    let two = clerk.latest().await?;
    t.note("Group 3 joins.");
    clerk.join(&[(3, &["j", "k", "l"])]).await?;
    let three = clerk.latest().await?;
    check_config(&three, &[1, 2, 3])?;
    check_few_moved(&two, &three, |_, is| is == 3)?;
    t.note("Group 1 leaves.");
    clerk.leave(&[1]).await?;
    let left = clerk.latest().await?;
    check_config(&left, &[2, 3])?;
    check_few_moved(&three, &left, |was, _| was == 1)
}

/// What moved may have moved, and is a third of the shards and one at most.
fn check_few_moved(
    before: &Config,
    after: &Config,
    may: impl Fn(Gid, Gid) -> bool,
) -> Asserted<()> {
    let (mut moved, most) = (0, before.shards.len() / 3 + 1);
    for (shard, (&was, &is)) in before.shards.iter().zip(&after.shards).enumerate() {
        moved += usize::from(was != is);
        ensure(was == is || may(was, is), || {
            format!("shard {shard} moved from {was} to {is} for no reason")
        })?;
    }
    ensure(moved <= most, || format!("{moved} shards moved, at most {most} had to"))
}
