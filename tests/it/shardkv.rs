//! The sharded store in the world: groups join and leave while clients work.

use netsplit_core::time::{Span, Time};
use netsplit_sim::labs::shardkv::ShardLab;
use netsplit_sim::moment::Moment;
use netsplit_sim::open;
use netsplit_sim::property::Checks as _;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::Limits;
use netsplit_sim::timeline::{Progress, Timeline};
use netsplit_sim::verb::Condition;

/// Runs a script for so long.
fn run(text: &str, millis: u64) -> Timeline<ShardLab> {
    let script = Script::parse(text).unwrap_or_else(|why| panic!("{why}"));
    let options = open::world::<ShardLab>(&script.setup).expect("it can be opened");
    let mut run = Timeline::new(options, open::lines(&script), Limits::default());
    let end = Moment::after(Time::ZERO + Span::from_millis(millis));
    while !matches!(run.run_to(end, u64::MAX), Progress::Reached | Progress::Stopped(_)) {}
    run
}

/// Nothing is broken, everything is decided, all groups are in this configuration, and so many calls
/// at least were answered.
fn check(what: &str, run: &Timeline<ShardLab>, config: u64, answered: usize) {
    let scene = run.scene();
    assert_eq!(scene.broken(), [], "{what}");
    assert_eq!(scene.checks().undecided(), [], "{what}");
    let groups = scene.world.servers().filter(|id| id.group().is_some()).collect();
    let who = netsplit_sim::verb::Selector::Nodes(groups);
    assert!(Condition::Settled(config, Some(who)).holds(&scene.world, &[]), "{what}");
    let replies = scene.checks().history().iter().filter(|(_, op)| op.reply().is_some());
    let count = replies.count();
    assert!(count >= answered, "{what}: {count} answers");
}

#[test]
fn shards_move_while_clients_work() {
    for seed in 1..=10 {
        for network in ["calm", "lan", "lossy"] {
            let text = format!(
                "scenario shardkv nodes=12 groups=3x3 clients=2 seed={seed} work=on keys=10 network={network}\n\
                 c1 join 1\n\
                 run for 1s\n\
                 c1 join 2\n\
                 run for 1s\n\
                 c1 join 3\n\
                 run for 1s\n\
                 c1 leave 1\n\
                 run for 3s\n"
            );
            check(&format!("{network}, seed {seed}"), &run(&text, 8_000), 4, 50);
        }
    }
}

#[test]
fn who_is_to_have_a_shard_may_be_ahead_of_who_begins_it() {
    for seed in 1..=40 {
        let text = format!(
            "scenario shardkv nodes=12 groups=3x3 clients=2 seed={seed} network=course preset=course\n\
             c1 join 1\n\
             c1 join 2\n\
             run for 3s\n"
        );
        check(&format!("seed {seed}"), &run(&text, 3_000), 2, 0);
    }
}

#[test]
fn leaders_crash_in_the_middle_of_a_move() {
    for seed in 1..=30 {
        let text = format!(
            "scenario shardkv nodes=12 groups=3x3 clients=2 seed={seed} work=on keys=10 network=lan log-bytes=2000\n\
             c1 join 1 3\n\
             run for 1s\n\
             c1 join 2\n\
             run until settled 2 on g2 within 2s\n\
             c1 leave 1\n\
             run for {}ms\n\
             crash leader of g1\n\
             run for {}ms\n\
             crash leader of g2\n\
             crash leader of g0\n\
             run for 500ms\n\
             restart down\n\
             c1 join 1\n\
             run for 500ms\n\
             crash g3\n\
             run for 300ms\n\
             restart g3\n\
             run for 3s\n",
            seed * 10,
            seed * 7
        );
        check(&format!("seed {seed}"), &run(&text, 12_000), 4, 50);
    }
}

#[test]
fn what_the_last_group_leaves_is_kept_for_the_next() {
    let text = "scenario shardkv nodes=12 groups=3x3 clients=2 seed=5\n\
                c1 join 1\n\
                c2 put 3 kept\n\
                run until answered 1 on c2 within 2s\n\
                c1 leave 1\n\
                run for 500ms\n\
                c2 get 3\n\
                run for 500ms\n\
                expect not answered 2 on c2\n\
                c1 join 2\n\
                run until answered 2 on c2 within 3s\n\
                run for 500ms\n";
    let run = run(text, 8_000);
    check("the last leaves", &run, 3, 2);
    let replies: Vec<String> = (run.scene().checks().history().iter())
        .filter_map(|(_, op)| op.reply().map(ToString::to_string))
        .collect();
    assert_eq!(replies, ["done", "\"kept\""]);
}
