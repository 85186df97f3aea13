//! Transactions in the world: each isolation under moves, losses and crashes.

use netsplit_core::time::{Span, Time};
use netsplit_core::txn::options::Isolation;
use netsplit_sim::labs::txn::TxnLab;
use netsplit_sim::moment::Moment;
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::Limits;
use netsplit_sim::timeline::{Progress, Timeline};

/// Runs a script for so long.
fn run(text: &str, millis: u64) -> Timeline<TxnLab> {
    let script = Script::parse(text).unwrap_or_else(|why| panic!("{why}"));
    let options = open::world::<TxnLab>(&script.setup).expect("it can be opened");
    let mut run = Timeline::new(options, open::lines(&script), Limits::default());
    let end = Moment::after(Time::ZERO + Span::from_millis(millis));
    while !matches!(run.run_to(end, u64::MAX), Progress::Reached | Progress::Stopped(_)) {}
    run
}

/// Nothing is broken, at the end either, and so many transactions are over.
fn check(what: &str, run: &Timeline<TxnLab>, ended: u64) {
    let scene = run.scene();
    assert_eq!(scene.broken(), [], "{what}");
    let isolation = scene.world.options().lab.isolation;
    assert_eq!(scene.checks().anomalies(isolation), [], "{what}");
    assert!(scene.checks().ended() >= ended, "{what}: {} ended", scene.checks().ended());
}

#[test]
fn transactions_are_isolated_while_shards_move() {
    for isolation in Isolation::ALL {
        for (seed, network) in (1..=8).zip(["calm", "lan", "lossy"].into_iter().cycle()) {
            let level = isolation.word();
            let text = format!(
                "scenario txn nodes=9 groups=2x3 clients=3 seed={seed} work=lists isolation={level} network={network}\n\
                 c1 join 1\n\
                 run for 1s\n\
                 c1 join 2\n\
                 run for 2s\n\
                 c1 leave 1\n\
                 run for 2s\n"
            );
            check(&format!("{level}, {network}, seed {seed}"), &run(&text, 7_000), 10);
        }
    }
}

#[test]
fn money_stays_in_the_bank_while_leaders_and_clients_crash() {
    for seed in 1..=12 {
        let level = Isolation::ALL[seed % 2].word();
        let text = format!(
            "scenario txn nodes=9 groups=2x3 clients=3 seed={seed} work=bank keys=6 isolation={level} network=lan\n\
             c1 join 1 2\n\
             run for 2s\n\
             crash leader of g1\n\
             run for 300ms\n\
             crash c2\n\
             run for 700ms\n\
             restart all\n\
             run for 500ms\n\
             crash leader of g2\n\
             run for 1s\n\
             restart down\n\
             run for 2s\n"
        );
        check(&format!("{level}, seed {seed}"), &run(&text, 9_000), 30);
    }
}
