//! A director waits, acts and fails as it says.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use netsplit_core::id::{Groups, NodeId};
use netsplit_core::raft::options::Options;
use netsplit_core::time::Span;

use crate::choice::Choice;
use crate::labs::raft::RaftLab;
use crate::network::NetworkOptions;
use crate::scene::Scene;
use crate::verb::leader;
use crate::world::WorldOptions;

use super::{Advance, Asserted, Bounds, Cluster, Directed, Failure, Task, Verdict, Watch};

/// Wants nothing.
struct Nobody;

impl Watch<RaftLab> for Nobody {
    fn look(&mut self, _: &Scene<RaftLab>, _: &mut VecDeque<Choice>) -> Asserted<()> {
        Ok(())
    }
}

fn millis(millis: u64) -> Span {
    Span::from_millis(millis)
}

fn directed(director: impl FnOnce(Cluster<RaftLab>) -> Task) -> Directed<RaftLab> {
    let options = WorldOptions {
        nodes: 3,
        groups: Groups::NONE,
        clients: 0,
        seed: 1,
        network: NetworkOptions::course(false),
        save_takes: Span::ZERO,
        lab: Options::course(),
        disks: Vec::new(),
    };
    Directed::new(options, 1, Bounds::of_time(millis(20_000)), Box::new(Nobody), director)
}

#[test]
fn tasks_take_turns_in_the_order_they_wake() {
    let told = Rc::new(RefCell::new(Vec::new()));
    let list = Rc::clone(&told);
    let mut run = directed(|cluster| {
        Box::pin(async move {
            let clients: Vec<_> = (0..3_u64)
                .map(|client| {
                    let (beside, list) = (cluster.clone(), Rc::clone(&list));
                    cluster.spawn(async move {
                        for round in 0..3 {
                            beside.run_for(millis(10 + (client == 0) as u64 * 5)).await;
                            list.borrow_mut().push((beside.now().micros() / 1_000, client, round));
                        }
                        Ok(client)
                    })
                })
                .collect();
            for (number, client) in clients.into_iter().enumerate() {
                assert_eq!(client.await, number as u64);
            }
            Ok(())
        })
    });
    assert_eq!(run.run(), Verdict::Passed);
    let told = told.borrow();
    assert!(told.is_sorted_by_key(|(time, _, _)| *time), "{told:?}");
    let first: Vec<u64> = told.iter().take(3).map(|(_, client, _)| *client).collect();
    assert_eq!(first, [1, 2, 0]);
}

#[test]
fn a_condition_ends_a_wait_at_its_step_or_in_time() {
    let mut run = directed(|cluster| {
        Box::pin(async move {
            let elected = |scene: &Scene<RaftLab>| leader(&scene.world).is_some();
            assert!(cluster.run_until(elected, millis(5_000)).await);
            let then = cluster.now();
            assert!(then < netsplit_core::time::Time::from_micros(2_000_000));
            assert!(!cluster.run_until(|_| false, millis(100)).await);
            assert_eq!(cluster.now().since(then), millis(100));
            Ok(())
        })
    });
    assert_eq!(run.run(), Verdict::Passed);
}

#[test]
fn a_request_answers_in_the_same_step() {
    let mut run = directed(|cluster| {
        Box::pin(async move {
            cluster.run_for(millis(2_000)).await;
            let leader = cluster.look(leader).expect("two seconds are enough");
            let told = cluster.request(leader, "propose x").expect("it runs");
            assert!(!told.is_empty());
            cluster.crash(leader);
            assert!(cluster.request(leader, "propose y").is_none());
            assert!(!cluster.is_up(leader));
            Ok(())
        })
    });
    assert_eq!(run.run(), Verdict::Passed);
    // Three acts, of which the second request was refused.
    assert_eq!(run.record().len(), 2);
}

#[test]
fn the_first_failure_ends_the_run() {
    let mut run = directed(|cluster| {
        Box::pin(async move {
            let beside = cluster.clone();
            let client = cluster.spawn::<()>(async move {
                beside.run_for(millis(30)).await;
                Err(Failure::new("the client is not content"))
            });
            client.await;
            Ok(())
        })
    });
    let Verdict::Failed { moment, message } = run.run() else { panic!("it fails") };
    assert_eq!((moment.at.micros(), message.as_str()), (30_000, "the client is not content"));
    assert!(matches!(run.advance(1), Advance::Ended(_)), "it stays so");
}

#[test]
fn a_run_without_end_is_ended() {
    let mut waits = directed(|cluster| {
        Box::pin(async move {
            loop {
                cluster.run_for(millis(700)).await;
            }
        })
    });
    let Verdict::Failed { message, .. } = waits.run() else { panic!("it fails") };
    assert_eq!(message, "test took longer than 20 seconds");
    let mut spins = directed(|cluster| {
        Box::pin(async move {
            loop {
                cluster.run_for(Span::ZERO).await;
            }
        })
    });
    assert!(matches!(spins.run(), Verdict::Failed { .. }));
}

#[test]
fn what_a_watcher_wants_is_done_at_the_same_moment() {
    struct Stubborn;
    impl Watch<RaftLab> for Stubborn {
        fn look(&mut self, scene: &Scene<RaftLab>, wanted: &mut VecDeque<Choice>) -> Asserted<()> {
            if let Choice::Crash { node, .. } = scene.world.last().choice {
                wanted.push_back(Choice::Restart(node));
            }
            Ok(())
        }
    }
    let options =
        directed(|_| Box::pin(async { Ok(()) })).timeline().scene().world.options().clone();
    let mut run =
        Directed::new(options, 1, Bounds::of_time(millis(1_000)), Box::new(Stubborn), |cluster| {
            Box::pin(async move {
                cluster.run_for(millis(100)).await;
                cluster.crash(NodeId::from_index(0));
                assert!(cluster.is_up(NodeId::from_index(0)));
                Ok(())
            })
        });
    assert_eq!(run.run(), Verdict::Passed);
    let moments: Vec<_> = run.record().iter().map(|act| act.moment.at.micros()).collect();
    assert_eq!(moments, [100_000, 100_000]);
}
