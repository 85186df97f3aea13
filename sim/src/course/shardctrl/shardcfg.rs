//! `TestBasic` of the package `shardcfg` (2025): the arithmetic of configurations, without servers.

use netsplit_core::bytes::Bytes;
use netsplit_core::shardctrl::Config;

use crate::course::CourseTest;
use crate::director::Asserted;

use super::{Controllers, check_config, check_servers, plan};

pub(super) const BASIC: CourseTest = CourseTest {
    number: 13,
    since: 2025,
    name: "TestBasic",
    name_2024: "TestBasic",
    part: "shardcfg",
    title: "Basic join and leave of a configuration",
    about: "Two groups join a configuration of twelve shards and leave it: pure arithmetic.",
    plan: plan(|t| Box::pin(basic(t))),
};

/// As many as in 2025.
const SHARDS: u32 = 12;
const FIRST: &[&str] = &["x", "y", "z"];
const SECOND: &[&str] = &["a", "b", "c"];

async fn basic(t: Controllers) -> Asserted<()> {
    let mutants = t.look(|world| world.options().lab.mutants);
    let join = |config: &Config, gid, names: &[&str]| {
        let names = names.iter().map(|name| Bytes::from(*name)).collect();
        config.join(&[(gid, names)], mutants)
    };
    let none = Config::first(SHARDS);
    check_config(&none, &[])?;
    let one = join(&none, 1, FIRST);
    check_config(&one, &[1])?;
    let two = join(&one, 2, SECOND);
    check_config(&two, &[1, 2])?;
    check_servers(&two, 1, FIRST)?;
    check_servers(&two, 2, SECOND)?;
    let left = two.leave(&[1], mutants);
    check_config(&left, &[2])?;
    check_config(&left.leave(&[2], mutants), &[])
}
