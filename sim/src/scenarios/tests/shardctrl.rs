//! What the controller's scenarios say of configurations, they show.

use netsplit_core::replicated::service::Text as _;
use netsplit_core::shardctrl::Reply;

use super::{Show, start_of};
use crate::labs::shardctrl::ShardctrlLab;

/// The shards of the configurations that controllers had in a scenario, by server, the last first.
fn shards(id: &str) -> Show<ShardctrlLab> {
    let mut show = start_of::<ShardctrlLab>(id, &[]);
    show.finish();
    show
}

/// What a server has in the end: configuration by configuration, whose each shard is.
fn check(id: &str, server: u32, expected: &[&str]) {
    let show = shards(id);
    let node = show.world().node(super::node(server));
    let server = node.machine().and_then(|it| it.server()).expect("it is up");
    let configs = server.service().configs().iter();
    let shards = configs.map(|config| {
        let text = Reply::Config(config.clone()).to_text();
        text.split(' ').nth(1).unwrap_or_default().to_owned()
    });
    assert_eq!(shards.collect::<Vec<String>>(), expected, "{id}");
}

const NOBODY: &str = "0,0,0,0,0,0,0,0,0,0";

#[test]
fn minimal_move() {
    check(
        "minimal-move",
        3,
        &[
            NOBODY,
            "1,1,1,1,1,2,2,2,2,2",
            "1,1,1,1,3,2,2,2,3,3",
            "1,1,1,1,3,1,3,3,3,3",
            "3,1,1,1,3,1,3,3,3,3",
        ],
    );
    let dealt = [NOBODY, "1,2,1,2,1,2,1,2,1,2", "1,2,3,1,2,3,1,2,3,1", "1,3,1,3,1,3,1,3,1,3"];
    check("minimal-move-deal-anew", 3, &dealt);
}

#[test]
fn same_config() {
    check("same-config", 2, &[NOBODY, "1,1,1,1,2,2,2,3,3,3"]);
    check("same-config-map-order", 2, &[NOBODY, "1,1,1,2,2,2,3,3,3,3"]);
}
