//! The course's lab on sharding, part A: the shard controller. The six parts of `TestBasic` and the
//! five of `TestMulti` as a test each, `TestMinimalAgain` (2024), and the arithmetic of configurations
//! alone (`TestBasic` of `shardcfg`, 2025).
//!
//! They run on the course's network, with three controllers, as those of [the store](super::kv), whose
//! harness they use. Where the official tests are known to be weak, these are stricter:
//!
//! - *minimal transfers* ask for groups that are not there, and so assert nothing; here a join moves
//!   shards to groups that join alone, and a leave those of groups that leave alone;
//! - the loop of *same config* never looks again who leads; here nobody may lead right after the
//!   leader was shut down, and the next leader's answer is compared;
//! - every history is checked completely when the test is done;
//! - all properties of the lab are checked after every step.

mod basic;
pub mod clerk;
mod minimal;
mod multi;
pub mod red;
mod shardcfg;

use netsplit_core::replicated::options as service;
use netsplit_core::shardctrl::{Config, Gid};

use crate::check::service::Checked as _;
use crate::check::shardctrl::ShardctrlChecks;
use crate::course;
use crate::director::{Asserted, Task, ensure};
use crate::labs::shardctrl::ShardctrlLab;
use crate::labs::shardctrl_options::Options;

use super::kv::harness::Harness;
use super::kv::{Performance, Plan, Recorded, has_order};
use super::{CourseLab, CourseTest, Perform, Setting};

/// A cluster of controllers.
pub type Controllers = Harness<ShardctrlLab>;

/// All tests in the order of the course.
pub static TESTS: &[CourseTest] = &{
    use {basic as b, minimal as a, multi as m, shardcfg as c};
    [
        b::LEAVE_JOIN,
        b::HISTORICAL_QUERIES,
        b::MOVE,
        b::CONCURRENT_LEAVE_JOIN,
        b::MINIMAL_AFTER_JOINS,
        b::MINIMAL_AFTER_LEAVES,
        m::JOIN_LEAVE,
        m::CONCURRENT_LEAVE_JOIN,
        m::MINIMAL_AFTER_JOINS,
        m::MINIMAL_AFTER_LEAVES,
        m::SAME_CONFIG,
        a::MINIMAL_AGAIN,
        c::BASIC,
    ]
};

/// Three controllers, and one node with clerks.
const fn plan(director: fn(Controllers) -> Task) -> course::Plan {
    course::Plan::Controller(Plan::new(3, 1, director))
}

impl Recorded for ShardctrlLab {
    fn options_of(service: service::Options, setting: &Setting) -> Options {
        Options { mutants: setting.of_controller, ..Options::of(service) }
    }

    fn check_history(checks: &ShardctrlChecks) -> Asserted<()> {
        // What is right is decided by the order that the servers tell; a search goes through states
        // of many configurations, and what it does not decide is not right.
        has_order(checks.decide(ShardctrlLab::BUDGET))
    }
}

impl CourseLab for ShardctrlLab {
    fn perform(
        test: &'static CourseTest,
        setting: &Setting,
    ) -> Option<Box<dyn Perform<ShardctrlLab>>> {
        match test.plan {
            course::Plan::Controller(plan) => Some(Box::new(Performance::new(test, plan, setting))),
            _ => None,
        }
    }
}

// ── What they assert ───────────────────────────────────────────────────────

/// A configuration has these groups, every shard is one's of them, and they have as many as each
/// other, or one more.
///
/// # Errors
/// When it does not.
pub(super) fn check_config(config: &Config, gids: &[Gid]) -> Asserted<()> {
    let (wanted, has) = (gids.len(), config.groups.len());
    ensure(wanted == has, || format!("wanted {wanted} groups, got {has}"))?;
    for gid in gids {
        ensure(config.groups.contains_key(gid), || format!("missing group {gid}"))?;
    }
    if gids.is_empty() {
        return Ok(());
    }
    for (shard, owner) in config.shards.iter().enumerate() {
        ensure(gids.contains(owner), || format!("shard {shard} -> invalid group {owner}"))?;
    }
    let loads = || gids.iter().map(|gid| config.shards_of(*gid).count());
    let (most, least) = (loads().max().unwrap_or(0), loads().min().unwrap_or(0));
    ensure(most <= least + 1, || format!("max {most} too much larger than min {least}"))
}

/// Two configurations are the same.
fn check_same(one: &Config, other: &Config) -> Asserted<()> {
    ensure(one.number == other.number, || "Num wrong".to_owned())?;
    ensure(one.shards == other.shards, || "Shards wrong".to_owned())?;
    ensure(one.groups.len() == other.groups.len(), || "number of Groups is wrong".to_owned())?;
    ensure(one.groups == other.groups, || "Groups wrong".to_owned())
}

/// A group has these servers.
fn check_servers(config: &Config, gid: Gid, names: &[&str]) -> Asserted<()> {
    let has = config.groups.get(&gid);
    let same = has.is_some_and(|has| has.iter().map(|name| name.text()).eq(names.iter().copied()));
    ensure(same, || format!("wrong servers for gid {gid}: {has:?}"))
}

/// A shard goes to groups that have joined alone.
fn check_joined(before: &Config, after: &Config) -> Asserted<()> {
    for (was, is) in before.shards.iter().zip(&after.shards) {
        let may = was == is || !before.groups.contains_key(is);
        ensure(may, || "non-minimal transfer after Join()s".to_owned())?;
    }
    Ok(())
}

/// A shard goes away from groups that have left alone.
fn check_left(before: &Config, after: &Config) -> Asserted<()> {
    for (was, is) in before.shards.iter().zip(&after.shards) {
        let may = was == is || !after.groups.contains_key(was);
        ensure(may, || "non-minimal transfer after Leave()s".to_owned())?;
    }
    Ok(())
}
