//! Raft in the world: leaders, commits, crashes.

use std::rc::Rc;

use netsplit_core::id::{Groups, NodeId};
use netsplit_core::raft::options::Options;
use netsplit_core::time::{Span, Time};
use netsplit_sim::choice::Choice;
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::moment::Moment;
use netsplit_sim::network::{LinkOptions, NetworkOptions};
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Deed, Limits};
use netsplit_sim::timeline::{Progress, Timeline};
use netsplit_sim::verb::leader;
use netsplit_sim::world::WorldOptions;

fn options(nodes: u32, seed: u64, links: LinkOptions, save: u64) -> WorldOptions<RaftLab> {
    WorldOptions {
        nodes,
        groups: Groups::NONE,
        clients: 0,
        seed,
        network: NetworkOptions { links, course: None },
        save_takes: Span::from_micros(save),
        lab: Options::paper(),
        disks: Vec::new(),
    }
}

fn run(options: WorldOptions<RaftLab>) -> Timeline<RaftLab> {
    Timeline::new(options, Rc::from([]), Limits::default())
}

fn at(millis: u64) -> Moment {
    Moment::after(Time::from_micros(millis * 1_000))
}

#[test]
fn five_nodes_elect_a_leader_and_commit() {
    for seed in 0..50 {
        for links in [LinkOptions::calm(), LinkOptions::lan(), LinkOptions::lossy()] {
            let mut run = run(options(5, seed, links, 1_000));
            assert_eq!(run.run_to(at(3_000), u64::MAX), Progress::Reached);
            for number in 0..50_u64 {
                if let Some(leader) = leader(&run.scene().world) {
                    let words = format!("propose x{number}").into();
                    let asked = run.act(Deed::Choice(Choice::Request(leader, words)));
                    assert_eq!(asked, Ok(()));
                }
                run.run_to(at(3_000 + 20 * number), u64::MAX);
            }
            run.run_to(at(8_000), u64::MAX);
            let world = &run.scene().world;
            let leader = leader(world).expect("a calm cluster elects a leader");
            let peer = world.node(leader).machine().expect("a leader runs");
            assert!(peer.commit_index() > 20, "seed {seed}: {}", peer.commit_index());
            assert_eq!(run.scene().broken(), []);
        }
    }
}

/// However many rules double a message, it comes as often as it may.
#[test]
fn many_rules_make_no_more_copies_than_there_may_be() {
    let rules = "duplicate RequestVote\n".repeat(300);
    let text = format!("scenario raft nodes=3 seed=1\n{rules}");
    let script = Script::parse(&text).expect("it is a script");
    let mut run = open::script(&script, Vec::new()).expect("it can be opened");
    let most = (0..400).map(|_| {
        run.step();
        run.view().flying.len()
    });
    let most = most.max().expect("there are steps");
    assert!((150..=2 * 101).contains(&most), "{most} messages of one candidate");
}

#[test]
fn crashes_lose_nothing_that_was_committed() {
    for seed in 0..50 {
        let mut run = run(options(3, seed, LinkOptions::calm(), 2_000));
        for round in 1..30_u64 {
            run.run_to(at(round * 400), u64::MAX);
            let node = NodeId::from_index((round % 3) as u32);
            let up = run.scene().world.node(node).is_up();
            let choice = if up { Choice::crash(node) } else { Choice::Restart(node) };
            assert_eq!(run.act(Deed::Choice(choice)), Ok(()));
            if let Some(leader) = leader(&run.scene().world) {
                let words = format!("propose {round}").into();
                assert_eq!(run.act(Deed::Choice(Choice::Request(leader, words))), Ok(()));
            }
        }
        assert_eq!(run.scene().broken(), []);
    }
}
